package other

func url() string {
	return base() + "/w/stats.php"
}
