package workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The program's own https, with a certificate of its own and for peers of the same root. */
record OwnTls(SSLContext context, X509TrustManager trust) {
  /** Password of the store. */
  static final String PASSWORD = "changeit";

  /** The key store that the system property {@code workload.keys} names. */
  static Optional<Path> store() {
    return Optional.ofNullable(System.getProperty("workload.keys")).map(Path::of);
  }

  /** Empty where there is no key store. */
  static Optional<OwnTls> wanted() {
    return store().map(OwnTls::of);
  }

  private static OwnTls of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      TrustManagerFactory roots =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      roots.init(store);
      X509TrustManager trust =
          Arrays.stream(roots.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .findFirst()
              .orElseThrow();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), roots.getTrustManagers(), null);
      return new OwnTls(context, trust);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(file + " cannot be used", e);
    }
  }
}
