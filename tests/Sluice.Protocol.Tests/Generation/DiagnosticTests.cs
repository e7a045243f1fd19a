using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sluice.Protocol.Generator;
using Sluice.Protocol.Generator.Parsing;

namespace Sluice.Protocol.Tests.Generation;

public sealed class DiagnosticTests
{
    private const string Header = "data Sample  versions 1-3  flexible 2+\n";

    [Theory]
    [InlineData("Field  int31  1+", "KMSG001", 1)]
    [InlineData("Field  []bool  1+", "KMSG001", 1)]
    [InlineData("Field  [][]int32  1+", "KMSG001", 1)]
    [InlineData("Field  Missing  1+", "KMSG001", 1)]
    [InlineData("Field  []Missing  1+", "KMSG001", 1)]
    [InlineData("Field  int32  3-1", "KMSG002", 1)]
    [InlineData("Field  int32  x", "KMSG002", 1)]
    [InlineData("Field  int32  none", "KMSG002", 1)]
    [InlineData("Field  int32  1+-", "KMSG002", 1)]
    [InlineData("One  int32  2+  tag 0\nTwo  int32  2+  tag 0", "KMSG003", 2)]
    [InlineData("One  int32  2+  tag 1", "KMSG003", 0)]
    [InlineData("Field  int32  1+  tag 0", "KMSG004", 1)]
    [InlineData("Field  int32  1+\nField  int32  1+", "KMSG005", 2)]
    [InlineData("One  []Item  1+\n  Id  int32  1+\nTwo  []Item  1+\n  Id  int32  1+", "KMSG005", 3)]
    [InlineData("struct Item\n  Id  int32  1+\nstruct Item\n  Id  int32  1+", "KMSG005", 3)]
    [InlineData("Field  int8  1+  = 128", "KMSG006", 1)]
    [InlineData("Field  int32  1+  = many", "KMSG006", 1)]
    [InlineData("Field  bool  1+  = 1", "KMSG006", 1)]
    [InlineData("Field  string  1+  = null", "KMSG006", 1)]
    [InlineData("Field  string  1+  = null  nullable 2+", "KMSG006", 1)]
    [InlineData("Field  uuid  1+  = 0", "KMSG006", 1)]
    [InlineData("Field  int32", "KMSG007", 1)]
    [InlineData("field  int32  1+", "KMSG007", 1)]
    [InlineData("Field  int32  1+  optional", "KMSG007", 1)]
    [InlineData("Field  int32  1+  tag", "KMSG007", 1)]
    [InlineData("Field  int32  1+  =", "KMSG007", 1)]
    [InlineData("struct One Two", "KMSG007", 1)]
    [InlineData("  Field  int32  1+", "KMSG008", 1)]
    [InlineData("One  int32  1+\n  Two  int32  1+", "KMSG008", 2)]
    [InlineData("One  []Item  1+\n   Two  int32  1+", "KMSG008", 2)]
    [InlineData("One  []Item  1+\n\tTwo  int32  1+", "KMSG008", 2)]
    [InlineData("Field  int32  1+  nullable", "KMSG009", 1)]
    [InlineData("Field  string  1  nullable 2+", "KMSG009", 1)]
    [InlineData("Field  Item  1+\nstruct Item\n  Again  Item  1+", "KMSG010", 3)]
    [InlineData("Field  []Item  1+\nstruct Item\n  Other  []Leaf  1+\nstruct Leaf\n  Again  Item  1+", "KMSG010", 5)]
    [InlineData("Field  int32  4+", "KMSG012", 1)]
    [InlineData("One  []Item  3+\n  Two  int32  1-2", "KMSG012", 2)]
    public void A_mistake_in_a_field_is_reported_at_its_line(string fields, string id, int line)
    {
        SchemaParser.Parse(Header + fields, out IReadOnlyList<SchemaError> errors).ShouldBeNull();
        errors[0].Id.ShouldBe(id, errors[0].Message);
        errors[0].Line.ShouldBe(line, errors[0].Message);
    }

    [Theory]
    [InlineData("", "KMSG011")]
    [InlineData("# Nothing else", "KMSG011")]
    [InlineData("reqest FetchRequest  key 1  versions 1  flexible none", "KMSG011")]
    [InlineData("request", "KMSG011")]
    [InlineData("request FetchRequest  versions 1  flexible none", "KMSG011")]
    [InlineData("request Fetch  key 1  versions 1  flexible none", "KMSG011")]
    [InlineData("request FetchRequest  key 1  versions 1+  flexible none", "KMSG011")]
    [InlineData("request FetchRequest  key 1  versions none  flexible none", "KMSG011")]
    [InlineData("request FetchRequest  key 1  versions 1", "KMSG011")]
    [InlineData("request FetchRequest  key one  versions 1  flexible none", "KMSG011")]
    [InlineData("request FetchRequest  key 1  versions 1  flexible none  listeners zookeeper", "KMSG011")]
    [InlineData("request FetchRequest  key 1  versions 2-1  flexible none", "KMSG002")]
    [InlineData("data Sample  key 1  versions 1  flexible none", "KMSG011")]
    public void A_mistake_in_the_header_is_reported(string text, string id)
    {
        SchemaParser.Parse(text, out IReadOnlyList<SchemaError> errors).ShouldBeNull();
        errors.ShouldContain(error => error.Id == id && error.Line == 0);
    }

    [Fact]
    public void The_compiler_shows_file_line_and_column()
    {
        Diagnostic diagnostic = Run(new SchemaText("/schemas/Sample.kmsg", Header + "\nField  int31  1+\n")).ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("KMSG001");
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Error);
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        span.Path.ShouldBe("/schemas/Sample.kmsg");
        span.StartLinePosition.Line.ShouldBe(2);
        span.StartLinePosition.Character.ShouldBe(7);
        span.EndLinePosition.Character.ShouldBe(12);
    }

    [Theory]
    [InlineData("response FetchResponse  key 1  versions 1-2  flexible 2+", null)]
    [InlineData("response FetchResponse  key 1  versions 1-3  flexible 2+", "KMSG013")]
    [InlineData("response FetchResponse  key 2  versions 1-2  flexible 2+", "KMSG013")]
    [InlineData("response ReadResponse  key 1  versions 1-2  flexible 2+", "KMSG013")]
    public void A_request_needs_its_response(string response, string? id)
    {
        var request = new SchemaText("FetchRequest.kmsg", "request FetchRequest  key 1  versions 1-2  flexible 2+\n");
        IEnumerable<string> ids = Run(request, new SchemaText("Response.kmsg", response)).Select(diagnostic => diagnostic.Id).Distinct();
        ids.ShouldBe(id is null ? [] : [id]);
    }

    private static Diagnostic[] Run(params AdditionalText[] schemas)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new MessageGenerator().AsSourceGenerator()], schemas);
        driver = driver.RunGenerators(CSharpCompilation.Create("Empty"), TestContext.Current.CancellationToken);
        return driver.GetRunResult().Diagnostics.ToArray();
    }
}
