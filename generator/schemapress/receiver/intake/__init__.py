"""Between the server and the inbox: messages are decoded, judged and stored, in a process of their own."""
