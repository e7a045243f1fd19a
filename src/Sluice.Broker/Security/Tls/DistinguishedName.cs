using System.Formats.Asn1;
using System.Text;

namespace Sluice.Broker.Security.Tls;

/// <summary>Writes a certificate's subject as RFC 2253 does, and as Java does, whose text is in people's access rules.</summary>
internal static class DistinguishedName
{
    /// <summary>Writes a name.</summary>
    /// <param name="encoded">DER of the Name, as a certificate has it.</param>
    /// <returns>For example <c>CN=billing,OU=apps,O=Example</c>: the last part of the encoding first.</returns>
    /// <exception cref="AsnContentException">It is no name.</exception>
    public static string Write(ReadOnlyMemory<byte> encoded)
    {
        List<string> parts = [];
        AsnReader names = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            List<string> values = [];
            AsnReader set = names.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData) values.Add(WriteValue(set.ReadSequence()));
            parts.Add(string.Join('+', values));
        }
        parts.Reverse();
        return string.Join(',', parts);
    }

    private static string WriteValue(AsnReader pair)
    {
        string oid = pair.ReadObjectIdentifier();
        string? keyword = oid switch
        {
            "2.5.4.3" => "CN",
            "2.5.4.6" => "C",
            "2.5.4.7" => "L",
            "2.5.4.8" => "ST",
            "2.5.4.9" => "STREET",
            "2.5.4.10" => "O",
            "2.5.4.11" => "OU",
            "0.9.2342.19200300.100.1.25" => "DC",
            "0.9.2342.19200300.100.1.1" => "UID",
            _ => null,
        };
        ReadOnlyMemory<byte> value = pair.PeekEncodedValue();
        if (keyword is null || !IsText(pair.PeekTag())) return $"{keyword ?? oid}=#{Convert.ToHexStringLower(value.Span)}";
        string text = pair.ReadCharacterString((UniversalTagNumber)pair.PeekTag().TagValue);
        return $"{keyword}={Escape(text)}";
    }

    private static bool IsText(Asn1Tag tag) => tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue
        is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString or UniversalTagNumber.T61String;

    // RFC 2253, section 2.4.
    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            char c = text[index];
            bool isEdge = (index == 0 && c is ' ' or '#') || (index == text.Length - 1 && c == ' ');
            if (isEdge || c is ',' or '+' or '"' or '\\' or '<' or '>' or ';') escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }
}
