package io.inmesh.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Accepts peers that the roots of the moment vouch for and that are who they must be. Being an
 * extended trust manager it is the only judge: JSSE adds no host name check of its own. Without
 * roots it accepts nobody. Thread-safe.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {
  private final Supplier<Optional<TrustBundle>> roots;
  private final Predicate<X509Certificate> names;
  private final Consumer<X509Certificate> accepted;
  private volatile @Nullable Judge latest;

  /** The checker of one bundle, made once: it builds a key store. */
  private record Judge(TrustBundle bundle, X509TrustManager chain) {}

  /**
   * @param names whether a certificate whose chain is good is that of the peer
   * @param accepted hears of each peer that was accepted
   */
  PeerTrustManager(
      Supplier<Optional<TrustBundle>> roots,
      Predicate<X509Certificate> names,
      Consumer<X509Certificate> accepted) {
    this.roots = roots;
    this.names = names;
    this.accepted = accepted;
  }

  @SuppressWarnings("ReferenceEquality")
  private X509TrustManager judge() throws CertificateException {
    TrustBundle bundle =
        roots
            .get()
            .orElseThrow(() -> new CertificateException("no roots are known to trust a peer by"));
    Judge judge = latest;
    if (judge == null || judge.bundle != bundle) {
      judge = new Judge(bundle, chainOf(bundle));
      latest = judge;
    }
    return judge.chain;
  }

  private static X509TrustManager chainOf(TrustBundle bundle) throws CertificateException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate root : bundle.roots()) {
        store.setCertificateEntry("root-" + count++, root);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager chain) {
          return chain;
        }
      }
      throw new CertificateException("this JVM checks no X.509 chains");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw e instanceof CertificateException already
          ? already
          : new CertificateException("the roots cannot be used: " + e.getMessage(), e);
    }
  }

  private void named(X509Certificate[] chain) throws CertificateException {
    if (!names.test(chain[0])) {
      throw new CertificateException(
          "the peer's certificate is that of "
              + PeerNames.names(chain[0])
              + ", which is not who was expected");
    }
    accepted.accept(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    judge().checkClientTrusted(chain, authType);
    named(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    judge().checkServerTrusted(chain, authType);
    named(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  /** None: which roots count changes, and a list of them helps no peer of a mesh. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
