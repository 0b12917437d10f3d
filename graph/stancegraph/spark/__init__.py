"""The same quantities, counted by Spark over Parquet."""
