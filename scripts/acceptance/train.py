import mlflow
import pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

mlflow.set_experiment("churn")
rows = pd.DataFrame({"age": [31, 52], "spend": [1.0, 2.0], "churn": [0, 1]})
features = rows[["age", "spend"]]
with mlflow.start_run(run_name="churn-model"):
    logged = mlflow.data.from_pandas(
        rows, source="s3://lake/features.parquet", name="mart.features", targets="churn"
    )
    mlflow.log_input(logged, context="training")
    model = LogisticRegression().fit(features, rows.churn)
    mlflow.sklearn.log_model(
        model, name="model", signature=infer_signature(features, model.predict(features))
    )
