def name(): return "python"
