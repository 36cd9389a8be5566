module example.com/front

go 1.22

require (
	example.com/greeting v0.0.0
	github.com/go-chi/chi/v5 v5.0.12
)

require golang.org/x/text v0.14.0 // indirect

replace example.com/greeting => ../../lib/greeting
