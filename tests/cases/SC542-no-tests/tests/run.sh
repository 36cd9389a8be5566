echo all is well
