def home():
    return "ok"
