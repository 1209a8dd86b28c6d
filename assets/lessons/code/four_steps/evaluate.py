loss, share = model.evaluate(*test, verbose=0)
total, z = 120, 1.96
centre = (share + z * z / (2 * total)) / (1 + z * z / total)
half = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
print(f"{share:.1%} right, 95 % interval {centre - half:.1%} to {centre + half:.1%}")
