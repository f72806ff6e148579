package io.inmesh.cli.scan;

import io.inmesh.cli.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads an archive and the archives in it: plain, shaded, Spring Boot's, a war, or a folder. */
public final class ArchiveScan {
  private final Map<KnownLibrary, Finding> found = new EnumMap<>(KnownLibrary.class);
  private String okHttpVersion = "";
  private int classes;
  private int newestJava;
  private String buildJdk = "";

  private ArchiveScan() {}

  /**
   * Scans an archive or a folder.
   *
   * @throws Failure if it cannot be read
   */
  public static ScanReport of(Path archive) {
    ArchiveScan scan = new ArchiveScan();
    if (!Files.exists(archive)) {
      throw new Failure(archive + " does not exist");
    }
    try {
      if (Files.isDirectory(archive)) {
        scan.folder(archive);
      } else {
        scan.file(archive);
      }
    } catch (IOException e) {
      throw new Failure("cannot read " + archive + ": " + e.getMessage(), e);
    }
    return scan.report();
  }

  private void folder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      if (isArchive(name)) {
        file(file);
      } else {
        entry(folder.getFileName() + "", name, Files.readAllBytes(file));
      }
    }
  }

  private void file(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (archive(file.getFileName() + "", in) == 0) {
        throw new IOException("it is not a jar, or an empty one");
      }
    }
  }

  private int archive(String name, InputStream in) throws IOException {
    int entries = 0;
    ZipInputStream zip = new ZipInputStream(in);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      entries++;
      String path = entry.getName();
      if (isArchive(path)) {
        archive(path.substring(path.lastIndexOf('/') + 1), new KeptOpen(zip));
      } else if (path.endsWith(".class") || path.endsWith("META-INF/MANIFEST.MF")) {
        entry(name, path, zip.readAllBytes());
      }
    }
    return entries;
  }

  private void entry(String archive, String path, byte[] content) throws IOException {
    if (path.endsWith("META-INF/MANIFEST.MF")) {
      if (buildJdk.isEmpty()) {
        buildJdk = buildJdk(content);
      }
    } else if (path.endsWith(".class")
        && !path.contains("META-INF/versions/")
        && !path.endsWith("module-info.class")) {
      classFile(archive, internalName(path), content);
    }
  }

  private void classFile(String archive, String name, byte[] content) throws IOException {
    ClassFile file;
    try {
      file = ClassFile.read(content);
    } catch (IOException e) {
      throw new IOException(name + " in " + archive + ": " + e.getMessage(), e);
    }
    classes++;
    newestJava = Math.max(newestJava, file.java());
    if (name.startsWith("okhttp3/internal/") && okHttpVersion.isEmpty()) {
      okHttpVersion = LibraryVersions.ofOkHttp(file).orElse("");
    }
    for (KnownLibrary library : KnownLibrary.values()) {
      if (!library.marker().isEmpty() && library.marker().equals(name)) {
        String version = LibraryVersions.ofFileName(archive).orElse("unknown");
        found.putIfAbsent(library, new Finding(library, version, archive));
      } else if (!library.reference().isEmpty()
          && file.references().contains(library.reference())) {
        String user = name.replace('/', '.') + " in " + archive;
        found.putIfAbsent(library, new Finding(library, "JDK", user));
      }
    }
  }

  private ScanReport report() {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : found.values()) {
      boolean better = finding.library() == KnownLibrary.OKHTTP && !okHttpVersion.isEmpty();
      findings.add(
          better ? new Finding(finding.library(), okHttpVersion, finding.evidence()) : finding);
    }
    return new ScanReport(findings, classes, newestJava, buildJdk);
  }

  private static String buildJdk(byte[] manifest) throws IOException {
    Attributes attributes = new Manifest(new ByteArrayInputStream(manifest)).getMainAttributes();
    for (String key : List.of("Build-Jdk-Spec", "Build-Jdk", "Created-By")) {
      String value = attributes.getValue(key);
      if (value != null && value.matches("\\d.*")) {
        return value;
      }
    }
    return "";
  }

  private static boolean isArchive(String name) {
    return name.endsWith(".jar") || name.endsWith(".war");
  }

  private static String internalName(String path) {
    String name = path.substring(0, path.length() - ".class".length());
    for (String root : List.of("BOOT-INF/classes/", "WEB-INF/classes/")) {
      if (name.startsWith(root)) {
        return name.substring(root.length());
      }
    }
    return name;
  }

  /** An archive inside an archive ends where its entry ends; closing it would close the outer. */
  private static final class KeptOpen extends FilterInputStream {
    KeptOpen(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}
