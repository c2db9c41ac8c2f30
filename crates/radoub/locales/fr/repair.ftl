# Réparations : adopt, baseline, squash, new, resolve.
