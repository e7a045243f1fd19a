using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Sluice.Protocol.Generator.Emitting;
using Sluice.Protocol.Generator.Parsing;

namespace Sluice.Protocol.Generator;

/// <summary>Turns every additional file *.kmsg into a message class, and all of them into the table of APIs.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessageGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CompiledSchema> schemas = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".kmsg", StringComparison.Ordinal))
            .Select(static (file, token) => (file.Path, Text: file.GetText(token)?.ToString() ?? ""))
            .Select(static (file, _) => CompiledSchema.Compile(file.Path, file.Text));
        context.RegisterSourceOutput(schemas, AddMessage);

        IncrementalValueProvider<ImmutableArray<ApiEntry>> apis = schemas
            .Where(static schema => schema.Api is not null)
            .Select(static (schema, _) => schema.Api!)
            .Collect();
        context.RegisterSourceOutput(apis, AddCatalog);
    }

    private static void AddMessage(SourceProductionContext context, CompiledSchema schema)
    {
        foreach (SchemaError error in schema.Errors)
        {
            var position = new LinePosition(error.Line, error.Column);
            var span = new LinePositionSpan(position, new LinePosition(error.Line, error.Column + error.Length));
            Location location = Location.Create(schema.Path, default, span);
            context.ReportDiagnostic(Diagnostic.Create(SchemaErrors.Descriptor(error.Id), location, error.Message));
        }

        if (schema.Source is not null) context.AddSource(schema.Name + ".g.cs", SourceText.From(schema.Source, Encoding.UTF8));
    }

    private static void AddCatalog(SourceProductionContext context, ImmutableArray<ApiEntry> entries)
    {
        if (entries.IsEmpty) return;
        var byKey = new SortedDictionary<short, List<ApiEntry>>();
        foreach (ApiEntry entry in entries)
        {
            if (!byKey.TryGetValue(entry.Key, out List<ApiEntry>? pair)) byKey.Add(entry.Key, pair = []);
            pair.Add(entry);
        }

        var paired = new List<ApiEntry>();
        foreach (List<ApiEntry> pair in byKey.Values)
        {
            ApiEntry? request = pair.Find(entry => entry.IsRequest);
            ApiEntry? response = pair.Find(entry => !entry.IsRequest);
            if (pair.Count == 2 && request is not null && response is not null && Matches(request, response))
            {
                paired.Add(request);
                continue;
            }

            string names = string.Join(", ", pair.Select(entry => entry.Name + (entry.IsRequest ? "Request" : "Response")).OrderBy(name => name, StringComparer.Ordinal));
            string message = $"Key {pair[0].Key} needs one request and one response of the same name and versions; it has {names}.";
            context.ReportDiagnostic(Diagnostic.Create(SchemaErrors.Descriptor(SchemaErrors.UnpairedApi), Location.None, message));
        }

        context.AddSource("MessageCatalog.g.cs", SourceText.From(CatalogEmitter.Emit(paired), Encoding.UTF8));
    }

    private static bool Matches(ApiEntry request, ApiEntry response) =>
        request.Name == response.Name && request.Versions.Equals(response.Versions) && request.Flexible.Equals(response.Flexible);
}
