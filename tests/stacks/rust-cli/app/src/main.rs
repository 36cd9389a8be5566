//! Greets whoever is named.

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        eprintln!("usage: greet NAME…");
        std::process::exit(2);
    }
    println!("{}", greet::greeting(&names));
}
