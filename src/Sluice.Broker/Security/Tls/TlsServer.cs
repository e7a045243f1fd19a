using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Network;
using Sluice.Broker.Network.Transports;
using Sluice.Transfer.Tls;

namespace Sluice.Broker.Security.Tls;

/// <summary>The broker's side of TLS on one listener: takes connections in, and notices when its files were renewed.</summary>
/// <remarks>
/// Files are looked at when a connection comes in, at most once a second. What cannot be used leaves the certificates that are in use as they are,
/// with a line in the log: half of a renewal must not close a listener. Connections keep what they began with. Any thread.
/// </remarks>
internal sealed class TlsServer
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _listener;
    private readonly TlsSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lookLock = new();
    private volatile State _state;
    private long _lookedTimestamp;

    private TlsServer(string listener, TlsSettings settings, TlsEngine engine, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _settings = settings;
        Engine = engine;
        _time = time;
        _logger = logger;
        _state = new State(TlsMaterial.Load(settings), settings, engine, null);
        _lookedTimestamp = time.GetTimestamp();
        WarnOfExpiry(_state.Material);
    }

    /// <summary>Who encrypts.</summary>
    public TlsEngine Engine { get; }

    /// <summary>Reads the listener's key and certificates.</summary>
    /// <param name="listener">Name of the listener, for messages.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="engine">Who encrypts.</param>
    /// <param name="time">Paces the looks at the files.</param>
    /// <param name="logger">Told of renewals.</param>
    /// <exception cref="TlsSettingsException">They cannot be used; one line says why and what to do.</exception>
    public static TlsServer Create(string listener, TlsSettings settings, TlsEngine engine, TimeProvider time, ILogger logger) =>
        new(listener, settings, engine, time, logger);

    /// <summary>Shakes hands with a client.</summary>
    /// <param name="socket">Stays the caller's.</param>
    /// <param name="services">Those of the connection.</param>
    /// <param name="cancellationToken">Gives up; the socket is then to be closed.</param>
    /// <exception cref="AuthenticationException">The client was refused, or refused the broker, or does not speak TLS; the message says which.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ConnectionTransport> AcceptAsync(Socket socket, ConnectionServices services, CancellationToken cancellationToken)
    {
        State state = Look();
        return OpenSslServer.IsSupported && state.OpenSsl is { } openSsl
            ? await AcceptAsync(openSsl, socket, services, cancellationToken).ConfigureAwait(false)
            : await AcceptAsync(state.Options!, socket, services, cancellationToken).ConfigureAwait(false);
    }

    [SupportedOSPlatform("linux")]
    private async ValueTask<ConnectionTransport> AcceptAsync(
        OpenSslServer server, Socket socket, ConnectionServices services, CancellationToken cancellationToken)
    {
        OpenSslConnection connection = await server.AcceptAsync(socket, cancellationToken).ConfigureAwait(false);
        try
        {
            return new OpenSslTransport(connection, PrincipalOf(connection.PeerCertificate), services);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async ValueTask<ConnectionTransport> AcceptAsync(
        SslServerAuthenticationOptions options, Socket socket, ConnectionServices services, CancellationToken cancellationToken)
    {
        SslStream stream = new(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsServerAsync(options, cancellationToken).ConfigureAwait(false);
            return new SslStreamTransport(stream, PrincipalOf(stream.RemoteCertificate), services);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private KafkaPrincipal PrincipalOf(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 shown) return KafkaPrincipal.Anonymous;
        string subject = DistinguishedName.Write(shown.SubjectName.RawData);
        string name = _settings.Mapper.Map(subject)
            ?? throw new AuthenticationException("no rule of ssl.principal.mapping.rules matches the subject of the client's certificate");
        return name.Length == 0 ? KafkaPrincipal.Anonymous : KafkaPrincipal.User(name);
    }

    private State Look()
    {
        State state = _state;
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedTimestamp)) < LookInterval || !_lookLock.TryEnter()) return state;
        try
        {
            Volatile.Write(ref _lookedTimestamp, _time.GetTimestamp());
            TryRenew(state);
        }
        catch (TlsSettingsException problem)
        {
            if (state.Problem != problem.Message) TlsLog.NotRenewed(_logger, _listener, problem.Message);
            _state = state with { Problem = problem.Message };
        }
        finally
        {
            _lookLock.Exit();
        }
        return _state;
    }

    private void TryRenew(State state)
    {
        if (TlsMaterial.FingerprintNow(_settings).SequenceEqual(state.Material.Fingerprint)) return;
        TlsMaterial renewed = TlsMaterial.Load(_settings);
        TlsMaterial old = state.Material;
        if (!_settings.AllowsSubjectChanges && !renewed.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(old.Certificate.SubjectName.RawData))
        {
            throw new TlsSettingsException("the new certificate has another subject; set ssl.allow.dn.changes=true if that is meant");
        }
        if (!_settings.AllowsAlternativeNameChanges && old.AlternativeNames().Except(renewed.AlternativeNames()) is { IsEmpty: false } lost)
        {
            throw new TlsSettingsException($"the new certificate is not for {string.Join(", ", lost)}; set ssl.allow.san.changes=true if that is meant");
        }
        _state = new State(renewed, _settings, Engine, null);
        TlsLog.Renewed(_logger, _listener, renewed.Certificate.NotAfter);
        WarnOfExpiry(renewed);
    }

    private void WarnOfExpiry(TlsMaterial material)
    {
        if (material.Certificate.NotAfter.ToUniversalTime() < _time.GetUtcNow()) TlsLog.Expired(_logger, _listener, material.Certificate.NotAfter);
    }

    /// <summary>What handshakes are made with, prepared once for all of them: one of the two engines'.</summary>
    private sealed record State(TlsMaterial Material, TlsSettings Settings, TlsEngine Engine, string? Problem)
    {
        public SslServerAuthenticationOptions? Options { get; } = Engine == TlsEngine.SslStream ? CreateOptions(Material, Settings) : null;

        // Not disposed when it is replaced: a handshake may just be taking it. The garbage collector frees it.
        public OpenSslServer? OpenSsl { get; } = Engine != TlsEngine.SslStream && OpenSslServer.IsSupported ? CreateOpenSsl(Material, Settings, Engine) : null;

        [SupportedOSPlatform("linux")]
        private static OpenSslServer CreateOpenSsl(TlsMaterial material, TlsSettings settings, TlsEngine engine)
        {
            try
            {
                return new OpenSslServer(new TlsServerOptions
                {
                    Certificate = material.Certificate,
                    Chain = material.Chain,
                    Trusted = material.Trusted,
                    AsksForClientCertificate = settings.ClientAuth != TlsClientAuth.None,
                    RequiresClientCertificate = settings.ClientAuth == TlsClientAuth.Required,
                    Protocols = settings.Protocols,
                    UsesKernel = engine == TlsEngine.KernelTls,
                    CipherSuites = [.. settings.CipherSuites.Select(static suite => suite.ToString())],
                });
            }
            catch (CryptographicException failure)
            {
                throw new TlsSettingsException(failure.Message, failure);
            }
        }

        private static SslServerAuthenticationOptions CreateOptions(TlsMaterial material, TlsSettings settings) => new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(material.Certificate, material.Chain, offline: true),
            ClientCertificateRequired = settings.ClientAuth != TlsClientAuth.None,
            EnabledSslProtocols = settings.Protocols,
            CipherSuitesPolicy = settings.CipherSuites.IsEmpty ? null : CreateCiphersPolicy(settings),
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsAccepted(material, settings, certificate as X509Certificate2, chain, errors),
        };

        private static CipherSuitesPolicy CreateCiphersPolicy(TlsSettings settings)
        {
            if (OperatingSystem.IsWindows()) throw new TlsSettingsException("ssl.cipher.suites has no effect on Windows, where the system's policy decides; remove it");
            return new CipherSuitesPolicy(settings.CipherSuites);
        }

        private static bool IsAccepted(TlsMaterial material, TlsSettings settings, X509Certificate2? certificate, X509Chain? shown, SslPolicyErrors errors)
        {
            if (settings.ClientAuth == TlsClientAuth.None) return true;
            if (certificate is null) return settings.ClientAuth == TlsClientAuth.Requested;
            if (material.Trusted is not { } trusted) return errors == SslPolicyErrors.None;

            // Those between the client's certificate and its authority come from the client.
            using X509Chain chain = new() { ChainPolicy = CreateChainPolicy(trusted) };
            if (shown is not null) chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
            if (chain.Build(certificate)) return true;
            // As for Java, what is in the truststore needs no authority of its own.
            return chain.ChainStatus.All(static status => status.Status is X509ChainStatusFlags.PartialChain)
                && chain.ChainElements is [.., { Certificate: var last }] && trusted.Contains(last);
        }

        private static X509ChainPolicy CreateChainPolicy(X509Certificate2Collection trusted)
        {
            X509ChainPolicy policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(trusted);
            // Extended key usage of TLS clients, where a certificate limits its use.
            policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
            return policy;
        }
    }
}
