package multistage

func scalaRecipe() Recipe {
	return Recipe{
		Name:   "scala",
		detect: func(s *subject) bool { return len(s.find("sbt")) > 0 },
		plan:   planScala,
	}
}

func planScala(_ *subject, _ *plan) *Refusal {
	return refuse(OutputUnknown, "output of sbt",
		"what sbt writes depends on the Scala version and its plugins; copy the assembled jar to a fixed path in the RUN, then that file can be copied")
}
