# Repairs: adopt, baseline, squash, new, resolve.
