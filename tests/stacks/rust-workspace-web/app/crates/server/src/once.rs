//! Greets once, on standard output.

fn main() {
    println!("{}", greeting::greeting("whoever reads this"));
}
