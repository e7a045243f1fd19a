using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Broker.Tests.Support;
using Sluice.Transfer.Tests.Support;
using Sluice.Transfer.Tls;

namespace Sluice.Transfer.Tests;

/// <summary>
/// Connections of OpenSSL's, and peers that do what they should not. Whether the kernel encrypts depends on the machine; what a peer sees does not.
/// </summary>
public sealed class OpenSslConnectionTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TransferMetrics _metrics = new();

    public OpenSslConnectionTests() => Assert.SkipUnless(OpenSslServer.IsSupported, "OpenSSL 3 is not installed, or this is not 64-bit Linux");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLSv1.2")]
    [InlineData(SslProtocols.Tls13, "TLSv1.3")]
    public async Task A_frame_of_header_and_region_arrives_at_a_slow_reader_as_it_was(SslProtocols protocol, string version)
    {
        using SocketPair sockets = await SocketPair.ConnectAsync(bufferBytes: 16 << 10);
        using OpenSslServer server = new(new TlsServerOptions { Certificate = _authority.Issue("CN=server") });
        (OpenSslConnection connection, SslStream client) = await ShakeHandsAsync(server, sockets, protocol);
        using TestFile file = new(3 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 1000, 3 << 20);
        await using TransferChannel channel = connection.CreateChannel(new TransferOptions(), _metrics, ColdReadPool.Shared, TimeProvider.System);
        connection.Version.ShouldBe(version);
        connection.CipherSuite.ShouldStartWith("TLS_");
        channel.Path.ShouldBe(connection.IsKernelEncrypted ? TransferPath.KernelTls : TransferPath.Copy);

        Task sent = channel.SendAsync(frame, Cancelled).AsTask();
        byte[] received = new byte[frame.LengthBytes];
        await client.ReadExactlyAsync(received.AsMemory(0, 1000), Cancelled);
        sent.IsCompleted.ShouldBeFalse("the reader has taken next to nothing");
        await client.ReadExactlyAsync(received.AsMemory(1000), Cancelled);
        await sent;

        received[^(3 << 20)..].ShouldBe(file.Contents);
        TransferCounters counters = _metrics.Read();
        (counters.KernelTlsBytes + counters.CopyBytes).ShouldBe(3 << 20);
        counters.SendFileBytes.ShouldBe(0, "nothing leaves in the clear");
        await channel.DisposeAsync();
        connection.Dispose();
        (await client.ReadAsync(new byte[1], Cancelled)).ShouldBe(0, "the end is said by an alert, and is no loss");
    }

    [Fact]
    public async Task What_the_client_sends_is_received_in_pieces_and_its_end_is_seen_whichever_way_it_leaves()
    {
        foreach (bool isPolite in (bool[])[true, false])
        {
            using SocketPair sockets = await SocketPair.ConnectAsync();
            using OpenSslServer server = new(new TlsServerOptions { Certificate = _authority.Issue("CN=server") });
            (OpenSslConnection connection, SslStream client) = await ShakeHandsAsync(server, sockets, SslProtocols.Tls13);
            byte[] sent = RandomNumberGenerator.GetBytes(100_000);
            Task sending = client.WriteAsync(sent, Cancelled).AsTask();

            byte[] received = new byte[sent.Length];
            for (int index = 0; index < received.Length;)
                index += await connection.ReceiveAsync(received.AsMemory(index, Math.Min(7_777, received.Length - index)), Cancelled);
            await sending;
            received.ShouldBe(sent);

            if (isPolite) await client.ShutdownAsync();
            else sockets.Receiver.Shutdown(SocketShutdown.Send);
            (await connection.ReceiveAsync(new byte[10], Cancelled)).ShouldBe(0);
            connection.Dispose();
        }
    }

    [Fact]
    public async Task A_receive_that_waits_can_be_given_up()
    {
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using OpenSslServer server = new(new TlsServerOptions { Certificate = _authority.Issue("CN=server") });
        (OpenSslConnection connection, SslStream client) = await ShakeHandsAsync(server, sockets, SslProtocols.Tls13);
        using CancellationTokenSource cancel = new();
        Task<int> waiting = connection.ReceiveAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        connection.Dispose();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task What_is_no_TLS_and_who_leaves_in_the_handshake_is_told_apart()
    {
        using OpenSslServer server = new(new TlsServerOptions { Certificate = _authority.Issue("CN=server") });
        using (SocketPair sockets = await SocketPair.ConnectAsync())
        {
            await sockets.Receiver.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancelled);
            (await Should.ThrowAsync<AuthenticationException>(() => server.AcceptAsync(sockets.Sender, Cancelled).AsTask())).Message.ShouldBe("http request");
        }
        using (SocketPair sockets = await SocketPair.ConnectAsync())
        {
            await sockets.Receiver.SendAsync(new byte[] { 22, 3, 1 }, Cancelled);
            sockets.Receiver.Shutdown(SocketShutdown.Both);
            await Should.ThrowAsync<IOException>(() => server.AcceptAsync(sockets.Sender, Cancelled).AsTask());
        }
    }

    [Fact]
    public async Task Garbage_behind_the_handshake_ends_the_connection()
    {
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using OpenSslServer server = new(new TlsServerOptions { Certificate = _authority.Issue("CN=server") });
        (OpenSslConnection connection, SslStream _) = await ShakeHandsAsync(server, sockets, SslProtocols.Tls13);
        await sockets.Receiver.SendAsync(new byte[] { 23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 }, Cancelled);
        await Should.ThrowAsync<IOException>(() => connection.ReceiveAsync(new byte[10], Cancelled).AsTask());
        connection.Dispose();
        connection.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(() => connection.ReceiveAsync(new byte[10], Cancelled).AsTask());
    }

    [Fact]
    public void What_OpenSSL_does_not_take_is_named()
    {
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(_authority.Certificate.RawData);
        Should.Throw<CryptographicException>(() => new OpenSslServer(new TlsServerOptions { Certificate = withoutKey })).Message.ShouldContain("has no RSA or elliptic curve key");
        Should.Throw<CryptographicException>(() => new OpenSslServer(new TlsServerOptions { Certificate = _authority.Issue("CN=x"), CipherSuites = ["TLS_NONSENSE"] }))
            .Message.ShouldStartWith("OpenSSL does not accept the cipher suites TLS_NONSENSE: ");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _metrics.Dispose();
    }

    private async Task<(OpenSslConnection Connection, SslStream Client)> ShakeHandsAsync(OpenSslServer server, SocketPair sockets, SslProtocols protocol)
    {
        SslStream client = new(new NetworkStream(sockets.Receiver, ownsSocket: false));
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = protocol,
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(_authority.Trusted);
        Task authenticated = client.AuthenticateAsClientAsync(options, Cancelled);
        OpenSslConnection connection = await server.AcceptAsync(sockets.Sender, Cancelled);
        await authenticated;
        return (connection, client);
    }
}
