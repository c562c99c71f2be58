"""Target `handlers`: the class that an application derives its handlers from."""
