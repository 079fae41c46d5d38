"""What runs beneath: pools, embedded servers, migrations, secrets, logs and metrics, made ready."""
