module example.com/report-job

go 1.22

require example.com/figures v0.0.0

replace example.com/figures => ./figures
