"""What every part of Trailboss speaks about: frozen models and one error tree. Knows nothing else."""
