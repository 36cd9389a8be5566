print('exported')
