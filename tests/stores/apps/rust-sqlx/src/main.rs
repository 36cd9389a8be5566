use axum::{extract::State, http::StatusCode, routing::get, Router};
use sqlx::postgres::{PgPool, PgPoolOptions};

async fn index(State(pool): State<PgPool>) -> Result<String, (StatusCode, String)> {
    let row: (String, String) = sqlx::query_as("select current_user::text, current_database()::text")
        .fetch_one(&pool)
        .await
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(format!("{} {} true\n", row.0, row.1))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let pool = PgPoolOptions::new().connect(&url).await.expect("a database");
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_string());
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await.unwrap();
    axum::serve(listener, Router::new().route("/", get(index)).with_state(pool)).await.unwrap();
}
