package io.inmesh.cli.scan;

import static io.inmesh.cli.scan.TestArchive.JAVA_17;
import static io.inmesh.cli.scan.TestArchive.JAVA_8;
import static io.inmesh.cli.scan.TestArchive.classFile;
import static io.inmesh.cli.scan.TestArchive.classFileWithText;
import static io.inmesh.cli.scan.TestArchive.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveScanTest {
  private static final CoveredVersions COVERED =
      CoveredVersions.parse(
          """
          jdk-httpserver 17 26
          jdk-httpclient 17 26
          okhttp 3.14 5.4
          grpc 1.50 1.86
          grpc-server 1.50 1.86
          netty-http 4.1.53 4.3
          tomcat 9.0.83 11.1
          """);

  private final Path folder;

  ArchiveScanTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aUseOfTheJdksClientIsSeenByAReferenceToIt() throws IOException {
    Path jar = jar(Map.of("app/Main.class", classFile(JAVA_17, "java/net/http/HttpClient")));

    assertThat(ArchiveScan.of(jar).findings())
        .containsExactly(new Finding(KnownLibrary.JDK_HTTP_CLIENT, "JDK", "app.Main in app.jar"));
  }

  @Test
  void aMentionInATextIsNoUse() throws IOException {
    byte[] text = classFileWithText(JAVA_17, "java/net/http/HttpClient");

    assertThat(ArchiveScan.of(jar(Map.of("app/Main.class", text))).findings()).isEmpty();
  }

  @Test
  void aLibraryInsideASpringBootJarIsFoundWithTheVersionOfItsFile() throws IOException {
    byte[] okhttp = zip(Map.of("okhttp3/OkHttpClient.class", classFile(JAVA_8)));
    byte[] tomcat = zip(Map.of("org/apache/catalina/startup/Tomcat.class", classFile(JAVA_8)));
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put(
        "BOOT-INF/classes/app/Main.class", classFile(JAVA_17, "java/net/HttpURLConnection"));
    content.put("BOOT-INF/lib/okhttp-4.12.0.jar", okhttp);
    content.put("BOOT-INF/lib/tomcat-embed-core-10.1.30.jar", tomcat);

    ScanReport report = ArchiveScan.of(jar(content));

    assertThat(report.findings())
        .containsExactly(
            new Finding(KnownLibrary.OKHTTP, "4.12.0", "okhttp-4.12.0.jar"),
            new Finding(KnownLibrary.HTTP_URL_CONNECTION, "JDK", "app.Main in app.jar"),
            new Finding(KnownLibrary.TOMCAT, "10.1.30", "tomcat-embed-core-10.1.30.jar"));
    assertThat(report.findings())
        .extracting(finding -> finding.routed(COVERED))
        .containsExactly("yes", "not yet", "yes");
    assertThat(report.classes()).isEqualTo(3);
    assertThat(report.newestJava()).isEqualTo(17);
  }

  @Test
  void okHttpTellsItsVersionEvenWhenItIsShaded() throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put("okhttp3/OkHttpClient.class", classFile(JAVA_8));
    content.put("okhttp3/internal/Util.class", classFileWithText(JAVA_8, "okhttp/3.14.9"));

    assertThat(ArchiveScan.of(jar(content)).findings())
        .extracting(Finding::version, finding -> finding.routed(COVERED))
        .containsExactly(tuple("3.14.9", "yes"));
  }

  @ParameterizedTest
  @CsvSource({
    "OKHTTP, 3.12.13, not yet",
    "OKHTTP, 3.14.0, yes",
    "OKHTTP, 5.3.2, yes",
    "OKHTTP, 5.4.0, not yet",
    "OKHTTP, unknown, yes",
    "GRPC, 1.50.2, yes",
    "GRPC, 1.86.0, not yet",
    "NETTY, 4.2.20, as a server",
    "NETTY, 4.0.56, not yet",
    "REACTOR_NETTY, 1.2.1, as a server",
    "TOMCAT, 9.0.70, not yet",
    "JDK_HTTP_SERVER, JDK, yes",
    "JETTY, 12.0.1, not yet"
  })
  void whatTheAgentDeclaresIsRouted(KnownLibrary library, String version, String routed) {
    assertThat(new Finding(library, version, "app.jar").routed(COVERED)).isEqualTo(routed);
  }

  @Test
  void readsAFolderOfClassesAndJars() throws IOException {
    Files.createDirectories(folder.resolve("dist/lib"));
    Files.write(
        folder.resolve("dist/lib/grpc-api-1.85.1.jar"),
        zip(Map.of("io/grpc/ManagedChannel.class", classFile(JAVA_8))));
    Files.write(folder.resolve("dist/Main.class"), classFile(JAVA_8, "java/net/http/HttpClient"));

    assertThat(ArchiveScan.of(folder.resolve("dist")).findings())
        .extracting(Finding::library)
        .containsExactly(KnownLibrary.JDK_HTTP_CLIENT, KnownLibrary.GRPC);
  }

  @Test
  void namesAJvmBelow17() throws IOException {
    byte[] manifest =
        "Manifest-Version: 1.0\nBuild-Jdk: 1.8.0_392\n".getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(folder.resolve("old-jdk"));
    Files.writeString(folder.resolve("old-jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");

    ScanReport report = ArchiveScan.of(jar(Map.of("META-INF/MANIFEST.MF", manifest)));

    assertThat(JvmCheck.problems(report, folder.resolve("old-jdk").toString()))
        .satisfiesExactly(
            built -> assertThat(built).contains("built by JDK 1.8.0_392", "17 or newer"),
            home -> assertThat(home).contains("JAVA_HOME is JDK 11.0.2"));
  }

  @Test
  void saysClearlyWhatCannotBeRead() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.jar"), "no archive");

    assertThatThrownBy(() -> ArchiveScan.of(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("notes.jar")
        .hasMessageContaining("not a jar");
    assertThatThrownBy(() -> ArchiveScan.of(folder.resolve("none.jar")))
        .hasMessageContaining("does not exist");
  }

  private Path jar(Map<String, byte[]> content) throws IOException {
    return Files.write(folder.resolve("app.jar"), zip(content));
  }
}
