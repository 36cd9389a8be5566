from counter import create_app

application = create_app()
