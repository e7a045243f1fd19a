using System.Diagnostics;
using System.Globalization;
using Sluice.Bench.Load.CommandLine;

namespace Sluice.Bench.Load.Brokers;

/// <summary>How to start the broker under test.</summary>
internal static class BrokerCommand
{
    /// <summary>Describes the process: <c>BROKER serve</c>, or a Kafka's <c>kafka start</c>, on a port of the loopback address.</summary>
    /// <param name="options">Binary or <c>.dll</c>, or folder of a Kafka; and settings.</param>
    /// <param name="port">Port to listen on.</param>
    /// <param name="dataDirectory">Where it keeps its data.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static ProcessStartInfo Create(LoadOptions options, int port, string dataDirectory)
    {
        ProcessStartInfo start = options.Kafka is { } folder && options.Broker is null ? CreateKafka(folder, options, port, dataDirectory) : CreateSluice(options, port, dataDirectory);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        return start;
    }

    private static ProcessStartInfo CreateSluice(LoadOptions options, int port, string dataDirectory)
    {
        string path = options.Broker ?? throw new UsageException("--broker wants the broker's binary, such as artifacts/sluice");
        if (!File.Exists(path)) throw new UsageException($"there is no broker at {path}; ./publish.sh makes artifacts/sluice");
        bool isAssembly = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : Path.GetFullPath(path));
        if (isAssembly) start.ArgumentList.Add(Path.GetFullPath(path));
        foreach (string argument in (string[])["serve", "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", dataDirectory])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string setting in options.BrokerSettings)
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(setting);
        }

        return start;
    }

    private static ProcessStartInfo CreateKafka(string folder, LoadOptions options, int port, string dataDirectory)
    {
        string script = Path.Combine(folder, "kafka");
        if (!File.Exists(script)) throw new UsageException($"there is no Kafka in {folder}: --kafka wants a folder with a script 'kafka' that knows 'start DIR PORT [name=value ...]'");
        var start = new ProcessStartInfo(Path.GetFullPath(script));
        foreach (string argument in (string[])["start", dataDirectory, port.ToString(CultureInfo.InvariantCulture), .. options.BrokerSettings]) start.ArgumentList.Add(argument);
        return start;
    }
}
