echo "1..1"
echo "ok 1 - it starts"
echo more >> server.js
