nothing = "alike"
