using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sluice.Protocol.Generator;

namespace Sluice.Protocol.Tests.Generation;

public sealed class SnapshotTests
{
    /// <summary>Names a folder to write the new snapshot to when the emitted code has changed on purpose.</summary>
    private const string UpdateVariable = "SLUICE_SNAPSHOT_FOLDER";

    [Fact]
    public void Emitted_code_is_the_code_that_was_reviewed()
    {
        string emitted = CompiledSchema.Compile("Sample.kmsg", Resources.Text("Generation.Sample.kmsg")).Source.ShouldNotBeNull();
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { } folder) File.WriteAllText(Path.Combine(folder, "SampleRequest.snapshot"), emitted);
        string reviewed = Resources.Text("Generation.SampleRequest.snapshot");
        string? difference = emitted.Split('\n').Zip(reviewed.Split('\n')).Where(lines => lines.First != lines.Second).Select(lines => $"{lines.First}\n{lines.Second}").FirstOrDefault();
        difference.ShouldBeNull();
        emitted.Length.ShouldBe(reviewed.Length);
    }

    [Fact]
    public void Emitted_code_does_not_depend_on_line_ends()
    {
        string text = Resources.Text("Generation.Sample.kmsg");
        string? windows = CompiledSchema.Compile("Sample.kmsg", text.Replace("\n", "\r\n", StringComparison.Ordinal)).Source;
        windows.ShouldBe(CompiledSchema.Compile("Sample.kmsg", text).Source);
    }

    [Fact]
    public void An_edit_regenerates_nothing_but_its_own_message()
    {
        AdditionalText[] schemas = [Schema("A"), Schema("B"), Schema("C")];
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new MessageGenerator().AsSourceGenerator()],
            schemas,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        CSharpCompilation compilation = CSharpCompilation.Create("Empty");
        driver = driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        driver.GetRunResult().GeneratedTrees.Length.ShouldBe(3);

        driver = driver.ReplaceAdditionalText(schemas[1], Schema("B", "\nMore  int32  0+\n"));
        driver = driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        IncrementalStepRunReason[] reasons = driver.GetRunResult().Results[0].TrackedOutputSteps.Values
            .SelectMany(steps => steps)
            .SelectMany(step => step.Outputs)
            .Select(output => output.Reason)
            .ToArray();
        reasons.Count(reason => reason == IncrementalStepRunReason.Modified).ShouldBe(1);
        reasons.ShouldAllBe(reason => reason == IncrementalStepRunReason.Modified || reason == IncrementalStepRunReason.Cached);
    }

    private static SchemaText Schema(string name, string more = "") => new($"{name}.kmsg", $"data {name}  versions 0  flexible none\n\nField  int32  0+\n{more}");
}
