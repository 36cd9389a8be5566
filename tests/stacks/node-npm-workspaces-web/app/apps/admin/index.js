console.log("not deployed here");
