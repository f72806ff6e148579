package io.inmesh.agent.identity;

import io.inmesh.control.client.SecretNames;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Pem;
import io.inmesh.tls.TrustBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates in files, under the names that istiod gives them: {@code file-cert:CERT~KEY}, {@code
 * file-root:FILE}, and {@code file-root:system} for the JVM's own roots. A file is read again when
 * it has changed; while it cannot be read the last good content holds. Thread-safe.
 */
final class FileSecrets implements Secrets {
  private static final String CERTIFICATE = SecretNames.FILE_CERTIFICATE;
  private static final String ROOT = SecretNames.FILE_ROOTS;
  private static final String SYSTEM = "system";

  private final Consumer<String> problems;
  private final Map<String, Held<Credentials>> credentials = new ConcurrentHashMap<>();
  private final Map<String, Held<TrustBundle>> roots = new ConcurrentHashMap<>();

  /** What was read, and when the files were written. */
  private record Held<T>(List<FileTime> written, Optional<T> content) {}

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * @param problems gets a line for each file that cannot be used
   */
  FileSecrets(Consumer<String> problems) {
    this.problems = problems;
  }

  @Override
  public Optional<Credentials> credentials(String name) {
    int tilde = name.indexOf('~');
    if (!name.startsWith(CERTIFICATE) || tilde < 0) {
      return Optional.empty();
    }
    Path chain = Path.of(name.substring(CERTIFICATE.length(), tilde));
    Path key = Path.of(name.substring(tilde + 1));
    return held(
        credentials,
        name,
        List.of(chain, key),
        () ->
            Credentials.checked(
                Pem.certificates(Files.readString(chain)), Pem.privateKey(Files.readString(key))));
  }

  @Override
  public Optional<TrustBundle> roots(String name) {
    if (!name.startsWith(ROOT)) {
      return Optional.empty();
    }
    String file = name.substring(ROOT.length());
    return file.equals(SYSTEM)
        ? held(roots, name, List.of(), FileSecrets::ofTheJvm)
        : held(
            roots,
            name,
            List.of(Path.of(file)),
            () -> TrustBundle.of(Pem.certificates(Files.readString(Path.of(file)))));
  }

  private <T> Optional<T> held(
      Map<String, Held<T>> all, String name, List<Path> files, Reading<T> reading) {
    @Nullable Held<T> last = all.get(name);
    Optional<T> before = last == null ? Optional.empty() : last.content();
    List<FileTime> written = List.of();
    try {
      FileTime[] times = new FileTime[files.size()];
      for (int i = 0; i < times.length; i++) {
        times[i] = Files.getLastModifiedTime(files.get(i));
      }
      written = List.of(times);
      if (last != null && last.written().equals(written)) {
        return before;
      }
      Optional<T> read = Optional.of(reading.read());
      all.put(name, new Held<>(written, read));
      return read;
    } catch (IOException | IllegalArgumentException e) {
      // Fails closed where nothing good was ever read: no certificate, no connection.
      if (last == null || !last.written().equals(written)) {
        problems.accept(name + " cannot be used: " + e);
        all.put(name, new Held<>(written, before));
      }
      return before;
    }
  }

  private static TrustBundle ofTheJvm() throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          return TrustBundle.of(List.<X509Certificate>of(trust.getAcceptedIssuers()));
        }
      }
      throw new IOException("this JVM has no default trust store");
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
