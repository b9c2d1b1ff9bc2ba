"""Who may enter: greetings, the waiting room, decisions about agents."""
