"""The hand that no camera saw: bones, skin, light and scenes; and where a hand is in a photo."""
