# maven is maven:3-eclipse-temurin-17
FROM eclipse-temurin:17-jdk AS maven
RUN apt-get update \
    && apt-get install -y --no-install-recommends maven maven-debian-helper libmaven-shade-plugin-java libcommons-lang3-java libjdom2-java \
    && rm -rf /var/lib/apt/lists/*
# Packages of the distribution instead of a repository on the network.
RUN mkdir -p /root/.m2 \
    && echo '<settings><mirrors><mirror><id>local</id><mirrorOf>*</mirrorOf><url>file:///usr/share/maven-repo</url></mirror></mirrors></settings>' >/root/.m2/settings.xml
ENV MAVEN_HOME=/usr/share/maven
CMD ["mvn"]
