package io.inmesh.it.grpc;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.it.client.LibraryVersions;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Class paths of apps with one version of gRPC and of Netty. */
final class GrpcLibraries {
  private GrpcLibraries() {}

  /** The version that the tests themselves use, with Netty as itself. */
  static String current() {
    return AppClassPath.ofTheTests();
  }

  /** One that the build has put into {@code target/libraries}, in place of the tests' own. */
  static String version(String folder) {
    return LibraryVersions.with(
        Arrays.stream(AppClassPath.ofTheTests().split(File.pathSeparator))
            .filter(element -> !isReplaced(Path.of(element).getFileName().toString()))
            .collect(Collectors.joining(File.pathSeparator)),
        folder);
  }

  private static boolean isReplaced(String file) {
    return file.startsWith("grpc-") || file.startsWith("netty-");
  }
}
