using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;

namespace Sluice.Conformance;

/// <summary>Runs docs/security.md as a reader would: its files are written, its commands run, one after the other.</summary>
public sealed partial class SecurityGuideTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_five_minutes_of_the_guide_work_as_they_stand_there()
    {
        Kcat.SkipIfMissing();
        using TemporaryFolder folder = new("guide");
        string script = Path.Combine(folder.Path, "guide.sh");
        await File.WriteAllTextAsync(script, await ScriptAsync(), TestContext.Current.CancellationToken);

        ProcessStartInfo start = new("bash", [script]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process bash = Process.Start(start)!;
        Task<string> output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        bash.ExitCode.ShouldBe(0, await errors + await output);
        (await output).ShouldEndWith("1\n2\n3\n");
        string log = await File.ReadAllTextAsync(Path.Combine(folder.Path, "broker.log"), TestContext.Current.CancellationToken);
        log.ShouldContain("SASL_SSL, encrypted ");
        log.ShouldNotContain("change-me");
        log.ShouldNotContain("alices-password");
    }

    private static async Task<string> ScriptAsync()
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(SluiceProgram.Path)!, "../../../../../docs/security.md"), TestContext.Current.CancellationToken);
        string chapter = guide[guide.IndexOf("## Five minutes", StringComparison.Ordinal)..guide.IndexOf("## What it defends", StringComparison.Ordinal)];
        string port = FreePorts.Find().ToString(CultureInfo.InvariantCulture);
        // -m: a job is a process group, so that ending the broker's ends dotnet too, and not only the shell that runs the function.
        StringBuilder script = new($"set -euom pipefail\nsluice() {{ dotnet '{SluiceProgram.Path}' \"$@\"; }}\ntrap 'kill %1; wait' EXIT\n");
        string[] files = ["server.properties", "admin.properties"];
        int filesCount = 0;
        foreach (Match block in Block().Matches(chapter))
        {
            string text = block.Groups["text"].Value.Replace("9093", port, StringComparison.Ordinal);
            if (block.Groups["kind"].Value == "bash") script.Append(text);
            else script.Append(CultureInfo.InvariantCulture, $"cat > {files[filesCount++]} <<'END'\n{text}END\n");
        }
        filesCount.ShouldBe(2);
        return script.ToString();
    }

    [GeneratedRegex("```(?<kind>bash|properties)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
