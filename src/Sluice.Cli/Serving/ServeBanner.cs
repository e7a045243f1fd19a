using System.Globalization;
using System.Reflection;
using Sluice.Broker;
using Sluice.Broker.Takeover;
using Sluice.Cli.Output;
using Sluice.Hosting.Configuration;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Metadata.Kafka;
using Sluice.Protocol.Messages;
using Sluice.Transfer;

namespace Sluice.Cli.Serving;

/// <summary>What a person sees when the broker is up: where it is, what it found, what it can do, and what to type next.</summary>
internal static class ServeBanner
{
    /// <summary>Version of this build.</summary>
    internal static string Version { get; } =
        typeof(ServeBanner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Prints it.</summary>
    internal static void Write(CliConsole console, BrokerServer broker, BrokerConfiguration configuration, MetricsPage? metrics, TimeSpan ready)
    {
        StandardOutput output = console.Output;
        output.WriteLine($"Sluice {Version}: Kafka-compatible broker {broker.BrokerId} of cluster {broker.ClusterId}");
        foreach (BrokerEndpoint endpoint in broker.Endpoints)
        {
            string advertised = $"{endpoint.AdvertisedHost}:{endpoint.AdvertisedPort}";
            string told = endpoint.Address.ToString() == advertised ? "" : $" (clients are told {advertised})";
            output.WriteLine($"  listening  {endpoint.ListenerName}://{endpoint.Address}{told}{DescribeProtocol(endpoint)}");
        }
        output.WriteLine($"  data       {string.Join(", ", broker.LogDirectories)}: {Counted(broker.TopicCount, "topic")}, {Counted(broker.Recovery.LogsLoaded, "partition")}");
        foreach ((string path, string reason) in broker.OfflineLogDirectories)
            output.WriteLine($"  offline    {path}: {reason}; its partitions are answered with KAFKA_STORAGE_ERROR until a start finds it well");
        if (broker.TakenOver is { } kafka) WriteTakeover(output, kafka);
        else if (broker.KafkaRecords is { } records && DescribeIdle(records) is { } idle) output.WriteLine($"  from Kafka {idle}");
        if (broker.IsAuthorizing) output.WriteLine($"  access     by {Counted(broker.AclCount, "ACL")}");
        else if (broker.AclCount > 0) output.WriteLine($"  note       {Counted(broker.AclCount, "ACL")}: kept, and not acted upon, since authorizer.class.name is not set: every client may do everything");
        output.WriteLine($"  recovered  {Describe(broker.Recovery)}");
        foreach (LogTruncation truncation in broker.Recovery.Truncations)
            output.WriteLine($"             cut {truncation.Bytes} bytes of {truncation.TopicPartition} that were never whole");
        output.WriteLine($"  transfer   {Describe(TransferCapabilities.Detect())}");
        if (metrics is not null) output.WriteLine($"  metrics    {metrics.Address}, what clients push included");
        foreach (ConfigProblem report in configuration.Reports) output.WriteLine($"  note       {report}");
        output.WriteLine($"  ready      in {ready.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms; Ctrl-C stops");
        WriteExample(output, broker);
    }

    /// <summary>Prints, at the end, how records left: nothing if none did.</summary>
    internal static void WriteSent(CliConsole console, TransferCounters sent)
    {
        long fileBytes = sent.SendFileBytes + sent.KernelTlsBytes + sent.CopyBytes;
        if (fileBytes == 0) return;
        string[] ways =
        [
            .. new (long Bytes, string Way)[] { (sent.SendFileBytes, "by sendfile"), (sent.KernelTlsBytes, "by sendfile through kernel TLS"), (sent.CopyBytes, "copied") }
                .Where(static way => way.Bytes > 0).Select(static way => $"{Amounts.Bytes(way.Bytes)} {way.Way}"),
        ];
        console.Error.WriteLine($"sent {Amounts.Bytes(fileBytes)} of records: {string.Join(", ", ways)}");
    }

    private static void WriteExample(StandardOutput output, BrokerServer broker)
    {
        BrokerEndpoint endpoint = broker.Endpoints.MinBy(static endpoint => endpoint.Protocol)!;
        string kcat = $"kcat -b {endpoint.AdvertisedHost}:{endpoint.AdvertisedPort}";
        if (endpoint.Protocol != SecurityProtocol.Plaintext) kcat += $" -X security.protocol={endpoint.Protocol.KafkaName.ToLowerInvariant()}";
        if (endpoint.Protocol.UsesTls) kcat += " -X ssl.ca.location=CA.pem";
        if (endpoint.Protocol.UsesSasl) kcat += " -X sasl.mechanism=MECHANISM -X sasl.username=USER -X sasl.password=PASSWORD";
        output.WriteLine();
        output.WriteLine("To see records flow, in another terminal:");
        output.WriteLine($"  seq 1000 | {kcat} -t hello -P");
        output.WriteLine($"  {kcat} -t hello -C -e");
    }

    private static string DescribeProtocol(BrokerEndpoint endpoint)
    {
        string name = endpoint.Protocol.KafkaName == endpoint.ListenerName ? "" : $" {endpoint.Protocol.KafkaName}";
        string encryption = endpoint.Encryption switch
        {
            null => "",
            "ktls" => ", encrypted by the kernel (ktls)",
            var engine => $", encrypted in user space ({engine})",
        };
        return name + encryption;
    }

    private static void WriteTakeover(StandardOutput output, KafkaInspection kafka)
    {
        output.WriteLine($"  taken over from Kafka (metadata.version {KafkaMetadataVersions.NameOf(kafka.Metadata.MetadataVersion)}); do not start Kafka on this directory again");
        foreach (KafkaFinding finding in kafka.Findings) output.WriteLine($"  note       {finding.Message}");
    }

    // At every start: who believes that ACLs hold must not be left in that belief.
    private static string? DescribeIdle(KafkaTakenOver records)
    {
        string[] idle =
        [
            .. new (short Type, string Thing)[]
                {
                    (UserScramCredentialRecord.RecordType, "SCRAM credential"), (AccessControlEntryRecord.RecordType, "ACL that cannot be understood"), (ClientQuotaRecord.RecordType, "client quota"),
                }
                .Select(kind => (Count: records.CountOf(kind.Type), kind.Thing)).Where(static kind => kind.Count > 0).Select(static kind => Counted(kind.Count, kind.Thing)),
        ];
        return idle.Length == 0 ? null : $"{string.Join(", ", idle)}: kept, and not acted upon by this version";
    }

    private static string Describe(RecoverySummary recovery)
    {
        if (recovery.LogsLoaded == 0) return "nothing to recover: there are no partitions yet";
        if (recovery.WasClean) return "nothing to recover: the last stop was clean";
        string duration = recovery.Duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        return $"the last stop was not clean: {Counted(recovery.SegmentsScanned, "segment")} scanned in {duration} ms, {Counted(recovery.Truncations.Count, "log")} cut";
    }

    private static string Describe(TransferCapabilities capabilities) => string.Join(
        ", ",
        capabilities.All.Select(static capability => capability.IsOffered ? capability.Name : $"no {capability.Name} ({capability.Detail})"));

    private static string Counted(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";
}
