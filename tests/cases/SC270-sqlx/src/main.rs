fn main() {
    let _ = sqlx::query!("select 1");
}
