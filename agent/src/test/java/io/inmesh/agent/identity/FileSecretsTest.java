package io.inmesh.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.tls.Credentials;
import io.inmesh.tls.TrustBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates in files follow the files, and outlive what is wrong with them. */
class FileSecretsTest {
  private final Certificates certificates = new Certificates();
  private final List<String> problems = new ArrayList<>();
  private final FileSecrets secrets = new FileSecrets(problems::add);
  private final Path chain;
  private final Path key;
  private final Path roots;
  private final String name;
  private long written = 1_000_000;

  FileSecretsTest(@TempDir Path folder) {
    chain = folder.resolve("chain.pem");
    key = folder.resolve("key.pem");
    roots = folder.resolve("roots.pem");
    name = "file-cert:" + chain + "~" + key;
  }

  /** Each at a later moment, however coarse the clock of the file system. */
  private void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    written += 1000;
    Files.setLastModifiedTime(file, FileTime.fromMillis(written));
  }

  private Credentials written(String subject) throws Exception {
    Credentials made = certificates.credentials(subject);
    write(chain, Certificates.pem(made.certificate()));
    write(key, Certificates.keyPem(made));
    return made;
  }

  @Test
  void areReadOnceAndAgainWhenTheyChange() throws Exception {
    Credentials first = written("a.example");
    Credentials read = secrets.credentials(name).orElseThrow();
    assertThat(read.certificate()).isEqualTo(first.certificate());
    assertThat(read.key()).isEqualTo(first.key());
    assertThat(secrets.credentials(name)).containsSame(read);
    Credentials second = written("b.example");
    assertThat(secrets.credentials(name).orElseThrow().certificate())
        .isEqualTo(second.certificate());
    assertThat(problems).isEmpty();
  }

  @Test
  void theLastGoodOneHoldsAndTheProblemIsSaidOnce() throws Exception {
    Credentials good = written("a.example");
    assertThat(secrets.credentials(name)).isPresent();
    write(chain, "rubbish");
    for (int i = 0; i < 3; i++) {
      assertThat(secrets.credentials(name).orElseThrow().certificate())
          .isEqualTo(good.certificate());
    }
    assertThat(problems).singleElement().asString().contains(name, "cannot be used");
    Files.delete(key);
    assertThat(secrets.credentials(name)).isPresent();
    Credentials next = written("b.example");
    assertThat(secrets.credentials(name).orElseThrow().certificate()).isEqualTo(next.certificate());
  }

  @Test
  void aKeyThatIsStillThatOfTheOldCertificateIsWaitedFor() throws Exception {
    Credentials first = written("a.example");
    assertThat(secrets.credentials(name)).isPresent();
    Credentials second = certificates.credentials("b.example");
    write(chain, Certificates.pem(second.certificate()));
    assertThat(secrets.credentials(name).orElseThrow().certificate())
        .isEqualTo(first.certificate());
    assertThat(problems).singleElement().asString().contains("not that of the certificate");
    write(key, Certificates.keyPem(second));
    assertThat(secrets.credentials(name).orElseThrow().certificate())
        .isEqualTo(second.certificate());
  }

  @Test
  void whatWasNeverThereIsEmptyAndNamedOnce() throws Exception {
    assertThat(secrets.credentials(name)).isEmpty();
    assertThat(secrets.credentials(name)).isEmpty();
    assertThat(problems).singleElement().asString().contains(chain.toString());
    written("a.example");
    assertThat(secrets.credentials(name)).isPresent();
  }

  @Test
  void rootsFollowTheirFile() throws Exception {
    String rootName = "file-root:" + roots;
    write(roots, Certificates.pem(certificates.root()));
    TrustBundle first = secrets.roots(rootName).orElseThrow();
    assertThat(first.roots()).containsExactly(certificates.root());
    assertThat(secrets.roots(rootName)).containsSame(first);
    Certificates other = new Certificates();
    write(roots, Certificates.pem(certificates.root()) + Certificates.pem(other.root()));
    assertThat(secrets.roots(rootName).orElseThrow().roots())
        .containsExactly(certificates.root(), other.root());
    write(roots, "");
    assertThat(secrets.roots(rootName).orElseThrow().roots()).hasSize(2);
    assertThat(problems).singleElement().asString().contains("trusts nobody");
  }

  @Test
  void theSystemsRootsAreThoseOfTheJvm() {
    assertThat(secrets.roots("file-root:system").orElseThrow().roots()).isNotEmpty();
  }

  @Test
  void otherNamesAreNobodys() {
    assertThat(secrets.credentials("file-cert:no-key")).isEmpty();
    assertThat(secrets.credentials("default")).isEmpty();
    assertThat(secrets.roots("ROOTCA")).isEmpty();
  }
}
