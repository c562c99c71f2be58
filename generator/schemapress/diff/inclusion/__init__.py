"""The engine of a comparison: automata run side by side, sample texts, example elements, and the three answers."""
