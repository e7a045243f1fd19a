using System;
using System.Collections.Generic;
using System.Globalization;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Parsing;

/// <summary>Reads the first line of a schema: "request FetchRequest  key 1  versions 4-18  flexible 12+  listeners broker,controller".</summary>
internal static class SchemaHeaderParser
{
    private static readonly Dictionary<string, MessageKind> Kinds = new()
    {
        ["request"] = MessageKind.Request,
        ["response"] = MessageKind.Response,
        ["header"] = MessageKind.Header,
        ["data"] = MessageKind.Data,
        ["coordinator-key"] = MessageKind.CoordinatorKey,
        ["coordinator-value"] = MessageKind.CoordinatorValue,
        ["metadata"] = MessageKind.Metadata,
    };

    /// <summary>Null = the line has mistakes, which are then in <paramref name="errors"/>.</summary>
    internal static MessageModel? Parse(SchemaLine line, List<SchemaError> errors)
    {
        int errorsBefore = errors.Count;
        if (line.Indent != 0 || line.Words.Count < 2 || !Kinds.TryGetValue(line.Words[0].Text, out MessageKind kind))
        {
            errors.Add(new SchemaError(SchemaErrors.BadHeaderLine, line.Number, 0, 1, "A schema begins with its kind and name, such as \"request FetchRequest\"."));
            return null;
        }

        var message = new MessageModel(kind, line.Words[1].Text, line.Number);
        bool hasFlexible = false;
        for (int i = 2; i < line.Words.Count; i++)
        {
            string? next = i + 1 < line.Words.Count ? line.Words[i + 1].Text : null;
            switch (line.Words[i].Text)
            {
                case "key" or "type" when short.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out short key):
                    message.Key = key;
                    i++;
                    break;
                case "versions" when next is not null:
                    message.Versions = ParseRange(line, ++i, errors);
                    break;
                case "flexible" when next is not null:
                    message.Flexible = ParseRange(line, ++i, errors);
                    hasFlexible = true;
                    break;
                case "listeners" when next is not null:
                    message.Listeners.AddRange(next.Split(','));
                    i++;
                    break;
                case "unstable":
                    message.IsUnstable = true;
                    break;
                default:
                    Report(line, i, $"'{line.Words[i].Text}' is no part of a header line, or its value is missing or wrong.", errors);
                    return null;
            }
        }

        Check(message, hasFlexible, line, errors);
        return errors.Count == errorsBefore ? message : null;
    }

    private static void Check(MessageModel message, bool hasFlexible, SchemaLine line, List<SchemaError> errors)
    {
        bool isCall = message.Kind is MessageKind.Request or MessageKind.Response;
        bool isRecord = message.Kind is MessageKind.CoordinatorKey or MessageKind.CoordinatorValue or MessageKind.Metadata;
        if ((isCall || isRecord) != message.Key.HasValue) Report(line, 1, "Requests and responses have a key, records a type, other messages neither.", errors);
        if (message.Versions.IsEmpty || message.Versions.High == VersionRange.Open) Report(line, 1, "A message needs versions, with a last one.", errors);
        if (!hasFlexible) Report(line, 1, "A message says which versions are flexible, be it none.", errors);
        foreach (string listener in message.Listeners)
        {
            if (listener is not ("broker" or "controller")) Report(line, 1, $"'{listener}' is no listener; broker and controller are.", errors);
        }

        string suffix = message.Kind switch { MessageKind.Request => "Request", MessageKind.Response => "Response", _ => "" };
        if (!message.Name.EndsWith(suffix, StringComparison.Ordinal)) Report(line, 1, $"The name of a {line.Words[0].Text} ends in {suffix}.", errors);
    }

    private static VersionRange ParseRange(SchemaLine line, int wordIndex, List<SchemaError> errors)
    {
        SchemaLine.Word word = line.Words[wordIndex];
        if (VersionRange.TryParse(word.Text, out VersionRange range)) return range;
        errors.Add(new SchemaError(SchemaErrors.BadVersionRange, line.Number, word.Column, word.Text.Length, $"'{word.Text}' is no range of versions."));
        return new VersionRange(0, 0);
    }

    private static void Report(SchemaLine line, int wordIndex, string message, List<SchemaError> errors)
    {
        SchemaLine.Word word = line.Words[wordIndex];
        errors.Add(new SchemaError(SchemaErrors.BadHeaderLine, line.Number, word.Column, word.Text.Length, message));
    }
}
