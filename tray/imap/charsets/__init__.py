"""Character sets as mailers use them: labels and codecs, ISO-2022, and text that declares none."""
