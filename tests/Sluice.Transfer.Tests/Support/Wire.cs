using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Transfer.Tests.Support;

/// <summary>The ways to make a channel.</summary>
public enum WireKind
{
    SendFile,
    Copy,
    Portable,
    Stream,
    Tls,
}

/// <summary>A channel at one end of a TCP connection over loopback, and a stream at the other.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private static readonly X509Certificate2 s_certificate = MakeCertificate();

    private Wire(SocketPair sockets, TransferChannel channel, Stream receiving, TransferMetrics metrics, Stream? sending)
    {
        Sockets = sockets;
        Channel = channel;
        Receiving = receiving;
        Metrics = metrics;
        Sending = sending;
    }

    public SocketPair Sockets { get; }

    public TransferChannel Channel { get; }

    public Stream Receiving { get; }

    public TransferMetrics Metrics { get; }

    private Stream? Sending { get; }

    /// <param name="kind">How the channel sends.</param>
    /// <param name="options">Its path is set to match <paramref name="kind"/>.</param>
    /// <param name="bufferBytes">Size of both socket buffers; 0 leaves them to the kernel.</param>
    /// <param name="coldReads">The process's pool if null.</param>
    /// <param name="time">The system's clock if null.</param>
    public static async Task<Wire> OpenAsync(
        WireKind kind, TransferOptions? options = null, int bufferBytes = 0, ColdReadPool? coldReads = null, TimeProvider? time = null)
    {
        SocketPair sockets = await SocketPair.ConnectAsync(bufferBytes);
        TransferMetrics metrics = new();
        options ??= new TransferOptions();
        coldReads ??= ColdReadPool.Shared;
        time ??= TimeProvider.System;
        if (kind is WireKind.SendFile or WireKind.Copy or WireKind.Portable)
        {
            options.Path = Enum.Parse<TransferPath>(kind.ToString());
            TransferChannel channel = TransferChannel.Create(sockets.Sender, options, metrics, coldReads, time);
            return new Wire(sockets, channel, new NetworkStream(sockets.Receiver), metrics, null);
        }

        Stream sending = new NetworkStream(sockets.Sender);
        Stream receiving = new NetworkStream(sockets.Receiver);
        if (kind == WireKind.Tls)
        {
            SslStream server = new(sending);
            SslStream client = new(receiving);
            Task accepted = server.AuthenticateAsServerAsync(s_certificate);
            await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "sluice.test",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == s_certificate.GetCertHashString(),
            });
            await accepted;
            sending = server;
            receiving = client;
        }

        return new Wire(sockets, TransferChannel.Create(sending, options, metrics, coldReads, time), receiving, metrics, sending);
    }

    public async Task<byte[]> ReceiveAsync(long bytesCount)
    {
        byte[] received = new byte[bytesCount];
        int count = await Receiving.ReadAtLeastAsync(received, received.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        return received[..count];
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();

        // The socket before the streams: a TLS stream would say goodbye into a connection that may be stuck.
        Sockets.Dispose();
        if (Sending is not null)
        {
            await Sending.DisposeAsync();
        }

        await Receiving.DisposeAsync();
        Metrics.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=sluice.test", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
