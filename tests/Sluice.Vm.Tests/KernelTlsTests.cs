using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Broker.Tests.Support;
using Sluice.Conformance.Peers;
using Sluice.Vm.Tests.Disk;
using Sluice.Vm.Tests.Machine;

namespace Sluice.Vm.Tests;

/// <summary>Kernel TLS on a kernel that has it: Debian's, in a virtual machine; the broker is the native binary, and its clients are outside.</summary>
public sealed class KernelTlsTests(ITestOutputHelper output)
{
    private const int RecordsCount = 12_800;
    private const int ValueBytes = 8_192;
    private const long TopicBytes = (long)RecordsCount * ValueBytes;
    private const long DiskBytes = 1L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_hundred_megabytes_are_read_over_TLS_without_a_copy_and_arrive_as_they_were_sent()
    {
        if (VmKit.TryFind(out VmKit kit) is { } reason) Assert.Skip(reason);

        Cost kernel = await MeasureAsync(kit, "on", "auto");
        Cost openSsl = await MeasureAsync(kit, "off", "openssl");
        Cost sslStream = await MeasureAsync(kit, "off", "sslstream");

        Report($"kernel TLS: {kernel}");
        Report($"OpenSSL:    {openSsl}");
        Report($"SslStream:  {sslStream}");
        Report(string.Create(
            CultureInfo.InvariantCulture,
            $"instructions by kernel TLS: {kernel.InstructionsPerByte / sslStream.InstructionsPerByte:0.00} of SslStream's, {kernel.InstructionsPerByte / openSsl.InstructionsPerByte:0.00} of OpenSSL's"));
        kernel.TlsSessions.ShouldBeGreaterThan(0, "the kernel's own count of connections that it encrypts");
        kernel.Sent.ShouldContain("by sendfile through kernel TLS");
        foreach (Cost user in (Cost[])[openSsl, sslStream])
        {
            user.TlsSessions.ShouldBe(0);
            user.Sent.ShouldNotContain("kernel TLS");
            user.Sent.ShouldContain("copied");
        }
    }

    private async Task<Cost> MeasureAsync(VmKit kit, string kernelTls, string provider)
    {
        using TemporaryFolder folder = new("vm-tls");
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("CN=broker");
        string content = Directory.CreateDirectory(Path.Combine(folder.Path, "content")).FullName;
        await File.WriteAllTextAsync(Path.Combine(content, "key.pem"), TestAuthority.KeystorePem(certificate));
        string disk = Path.Combine(folder.Path, "disk");
        await Ext4.MakeAsync(disk, DiskBytes, content);
        int port = FreePorts.Find();
        int tlsPort = FreePorts.Find();
        await using VirtualMachine machine = await VirtualMachine.StartWithTlsAsync(kit, disk, folder.Path, port, tlsPort, kernelTls, provider);
        try
        {
            if (kernelTls == "on") await CheckNewKeysAsync(authority, folder.Path, tlsPort);
            return await MeasureAsync(machine, authority, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{tlsPort}"));
        }
        catch
        {
            folder.Keep = true;
            Report($"failed; the console is in {folder.Path}:\n{machine.Tail}");
            throw;
        }
    }

    private static async Task<Cost> MeasureAsync(VirtualMachine machine, TestAuthority authority, string tlsServers)
    {
        ClientConfig plain = new() { BootstrapServers = machine.BootstrapServers, SocketTimeoutMs = 300_000 };
        ClientConfig tls = new()
        {
            BootstrapServers = tlsServers, SecurityProtocol = SecurityProtocol.Ssl, SslCaPem = authority.Pem, SocketTimeoutMs = 300_000,
        };
        using IAdminClient admin = new AdminClientBuilder(plain).Build();
        await CreateAsync(admin, "large");
        byte[] sent = Produce(plain);
        string before = await TellAsync(machine, admin, "tell-before");
        long startedAt = Stopwatch.GetTimestamp();
        Read(tls).ShouldBe(sent, "SHA-256 over the values, in their order");
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
        string after = await TellAsync(machine, admin, "tell-after");
        await CreateAsync(admin, "stop");
        string line = await machine.LineAsync(static line => line.StartsWith("sent ", StringComparison.Ordinal), Patience);
        await machine.LineAsync(static line => line.StartsWith("VM: the broker ended with 0", StringComparison.Ordinal), Patience);
        return new Cost((Ticks(after) - Ticks(before)) * 10_000_000L / (double)TopicBytes, Sessions(after) - Sessions(before), line, elapsed);
    }

    /// <summary>A client may change its own keys; one that wants the broker to change the kernel's is disconnected, and not left with what it cannot read.</summary>
    private static async Task CheckNewKeysAsync(TestAuthority authority, string folder, int tlsPort)
    {
        string ca = Path.Combine(folder, "ca.pem");
        await File.WriteAllTextAsync(ca, authority.Pem);
        (await IsDisconnectedAsync("k")).ShouldBeFalse("new keys of the client's own");
        (await IsDisconnectedAsync("K")).ShouldBeTrue("new keys of both sides");

        async Task<bool> IsDisconnectedAsync(string command)
        {
            ProcessStartInfo start = new("openssl", ["s_client", "-connect", $"127.0.0.1:{tlsPort}", "-CAfile", ca, "-verify_return_error", "-tls1_3"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using Process client = Process.Start(start)!;
            Task<string> errors = client.StandardError.ReadToEndAsync();
            string? line;
            while ((line = await client.StandardOutput.ReadLineAsync()) is not null && !line.Contains("Verify return code: 0", StringComparison.Ordinal))
            {
            }
            line.ShouldNotBeNull("no handshake");
            await client.StandardInput.WriteAsync(command + "\n");
            await client.StandardInput.FlushAsync();
            Task ended = client.WaitForExitAsync();
            bool isDisconnected = await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(20))) == ended;
            if (!isDisconnected) client.Kill();
            (await errors).ShouldContain("KEYUPDATE");
            return isDisconnected;
        }
    }

    private static byte[] Produce(ClientConfig config)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IProducer<Null, byte[]> producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(config) { LingerMs = 20, MessageTimeoutMs = 300_000 }).Build();
        Random random = new(4711);
        for (int i = 0; i < RecordsCount; i++)
        {
            byte[] value = new byte[ValueBytes];
            random.NextBytes(value);
            hash.AppendData(value);
            producer.Produce("large", new Message<Null, byte[]> { Value = value });
            if (i % 200 == 199) producer.Flush(TestContext.Current.CancellationToken);
        }
        producer.Flush(TestContext.Current.CancellationToken);
        return hash.GetHashAndReset();
    }

    private static byte[] Read(ClientConfig config)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ConsumerConfig reading = new(config)
        {
            GroupId = "reader", EnableAutoCommit = false, EnablePartitionEof = true, AutoOffsetReset = AutoOffsetReset.Error, CheckCrcs = true, FetchMinBytes = 1_000_000,
        };
        using IConsumer<Ignore, byte[]> consumer = new ConsumerBuilder<Ignore, byte[]>(reading).Build();
        consumer.Assign(new TopicPartitionOffset("large", 0, Offset.Beginning));
        while (consumer.Consume(TestContext.Current.CancellationToken) is { IsPartitionEOF: false } record) hash.AppendData(record.Message.Value);
        return hash.GetHashAndReset();
    }

    private static Task CreateAsync(IAdminClient admin, string topic) => admin.CreateTopicsAsync(
        [new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }],
        new CreateTopicsOptions { RequestTimeout = Patience, OperationTimeout = Patience });

    private static async Task<string> TellAsync(VirtualMachine machine, IAdminClient admin, string topic)
    {
        await CreateAsync(admin, topic);
        return await machine.LineAsync(line => line.StartsWith($"VM: {topic}-0 ticks ", StringComparison.Ordinal), Patience);
    }

    // User and system time of the broker's process, in hundredths of a second of the machine's own time.
    private static long Ticks(string line)
    {
        string[] words = line.Split(' ');
        int index = Array.IndexOf(words, "ticks");
        return long.Parse(words[index + 1], CultureInfo.InvariantCulture) + long.Parse(words[index + 2], CultureInfo.InvariantCulture);
    }

    private static long Sessions(string line)
    {
        string[] words = line.Split(' ');
        return long.Parse(words[Array.IndexOf(words, "TlsTxSw") + 1], CultureInfo.InvariantCulture);
    }

    // To the console at once as well: a run takes minutes.
    private void Report(string line)
    {
        output.WriteLine(line);
        Console.WriteLine($"    {line}");
    }

    private sealed record Cost(double InstructionsPerByte, long TlsSessions, string Sent, TimeSpan Elapsed)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{InstructionsPerByte:0.00} billion instructions per GB in the broker's process, {TlsSessions} connections in the kernel's count, {Elapsed.TotalSeconds:0} s; {Sent}");
    }
}
