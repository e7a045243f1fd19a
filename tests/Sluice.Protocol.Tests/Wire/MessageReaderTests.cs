using System.Text;

namespace Sluice.Protocol.Tests.Wire;

public sealed class MessageReaderTests
{
    private delegate T ReadValue<out T>(ref MessageReader reader);

    [Fact]
    public void Numbers_are_big_endian()
    {
        byte[] bytes =
        [
            0x02, 0xfe, 0x12, 0x34, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xfe,
            0, 0, 0, 0, 0, 0, 1, 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
        ];
        var reader = new MessageReader(bytes);
        reader.ReadBoolean().ShouldBeTrue();
        reader.ReadInt8().ShouldBe((sbyte)-2);
        reader.ReadInt16().ShouldBe((short)0x1234);
        reader.ReadUInt16().ShouldBe((ushort)0xfffe);
        reader.ReadInt32().ShouldBe(-2);
        reader.ReadUInt32().ShouldBe(0xfffffffeu);
        reader.ReadInt64().ShouldBe(256);
        reader.ReadFloat64().ShouldBe(1.0);
        reader.ReadErrorCode().ShouldBe(ErrorCode.UnknownServerError);
        reader.Remaining.ShouldBe(0);
        reader.Position.ShouldBe(bytes.Length);
    }

    [Theory]
    [InlineData("00", 0u)]
    [InlineData("7f", 127u)]
    [InlineData("8001", 128u)]
    [InlineData("ffffffff0f", uint.MaxValue)]
    [InlineData("808000", 0u)]
    public void Unsigned_varints_have_seven_bits_a_byte_lowest_first(string hex, uint expected)
    {
        Read(hex, (ref MessageReader reader) => reader.ReadUnsignedVarint()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("ffffffff10")]
    [InlineData("ffffffffff01")]
    [InlineData("808080808000")]
    public void A_varint_of_more_than_32_bits_is_refused(string hex)
    {
        Refusal(hex, (ref MessageReader reader) => reader.ReadUnsignedVarint()).ShouldBe(WireFormatReason.VarintOverlong);
    }

    [Theory]
    [InlineData("0003616263", false, "abc")]
    [InlineData("0000", false, "")]
    [InlineData("ffff", false, null)]
    [InlineData("8000", false, null)]
    [InlineData("04616263", true, "abc")]
    [InlineData("01", true, "")]
    [InlineData("00", true, null)]
    public void Strings_have_a_classic_and_a_compact_form(string hex, bool flexible, string? expected)
    {
        Read(hex, (ref MessageReader reader) => reader.ReadNullableString(flexible)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("ffff", false, WireFormatReason.NullNotAllowed)]
    [InlineData("00", true, WireFormatReason.NullNotAllowed)]
    [InlineData("fffe", false, WireFormatReason.NullNotAllowed)]
    [InlineData("000361", false, WireFormatReason.Truncated)]
    [InlineData("0461", true, WireFormatReason.Truncated)]
    [InlineData("ffffffff0f", true, WireFormatReason.Truncated)]
    [InlineData("00", false, WireFormatReason.Truncated)]
    [InlineData("818002", true, WireFormatReason.StringTooLong)]
    public void Strings_that_cannot_be_are_refused(string hex, bool flexible, WireFormatReason reason)
    {
        Refusal(hex, (ref MessageReader reader) => reader.ReadString(flexible)).ShouldBe(reason);
    }

    [Fact]
    public void The_longest_string_has_32767_bytes()
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('x', 32767));
        var reader = new MessageReader((byte[])[0x80, 0x80, 0x02, .. text]);
        reader.ReadString(flexible: true).Length.ShouldBe(32767);

        byte[] tooLong = [0x81, 0x80, 0x02, .. text, (byte)'x'];
        Refusal(Convert.ToHexString(tooLong), (ref MessageReader r) => r.ReadString(flexible: true)).ShouldBe(WireFormatReason.StringTooLong);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_become_replacement_characters()
    {
        Read("0003c32861", (ref MessageReader reader) => reader.ReadString(flexible: false)).ShouldBe("\ufffd(a");
    }

    [Fact]
    public void Bytes_and_records_are_slices_of_the_frame()
    {
        byte[] frame = [0, 0, 0, 2, 10, 11, 3, 12, 13, 0];
        var reader = new MessageReader(frame);
        ReadOnlyMemory<byte> bytes = reader.ReadBytes(flexible: false);
        Protocol.Messages.Records records = reader.ReadRecords(flexible: true);
        reader.ReadNullableRecords(flexible: true).IsNull.ShouldBeTrue();
        frame[4] = 99;
        frame[7] = 98;
        bytes.ToArray().ShouldBe([99, 11]);
        records.Bytes.ToArray().ShouldBe([98, 13]);
        records.SizeBytes.ShouldBe(2);
    }

    [Theory]
    [InlineData("7fffffff00", false)]
    [InlineData("fffffffe07000000", true)]
    [InlineData("ffffffff07", true)]
    [InlineData("00000002ffffffff", false)]
    public void A_count_that_the_remaining_bytes_cannot_hold_is_refused_and_allocates_nothing(string hex, bool flexible)
    {
        var list = new List<int>();
        Refusal(hex, (ref MessageReader reader) => { reader.ReadInt32s(list, flexible); return 0; }).ShouldBe(WireFormatReason.CountTooLarge);
        list.Capacity.ShouldBe(0);
    }

    [Fact]
    public void A_list_of_strings_grows_with_the_strings_that_are_there()
    {
        // Claims a million strings and has the bytes to make that credible, but the first one swallows most of them.
        byte[] frame = new byte[1_000_010];
        frame[1] = 0x0f;
        frame[2] = 0x42;
        frame[3] = 0x40;
        frame[4] = 0xff;
        frame[5] = 0xfe;
        var list = new List<string>();
        Refusal(Convert.ToHexString(frame), (ref MessageReader reader) => { reader.ReadStrings(list, flexible: false); return 0; });
        list.Capacity.ShouldBeLessThan(100);
    }

    [Fact]
    public void All_arrays_of_a_frame_together_have_a_bounded_number_of_elements()
    {
        // Two arrays of one-byte numbers, each with all its bytes; together they are one element too many.
        const int FirstCount = MessageReader.ElementsMax / 2;
        const int SecondCount = MessageReader.ElementsMax - FirstCount + 1;
        byte[] frame = new byte[(2 * sizeof(int)) + FirstCount + SecondCount];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, FirstCount);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(sizeof(int) + FirstCount), SecondCount);
        var list = new List<sbyte>();
        Should.Throw<WireFormatException>(() =>
        {
            var reader = new MessageReader(frame);
            reader.ReadInt8s(list, flexible: false);
            reader.ReadInt8s(list, flexible: false);
        }).Reason.ShouldBe(WireFormatReason.CountTooLarge);
        list.Count.ShouldBe(FirstCount);
    }

    [Fact]
    public void Arrays_of_numbers_are_appended()
    {
        var list = new List<int> { 7 };
        Read("0000000200000001fffffffe", (ref MessageReader reader) => { reader.ReadInt32s(list, flexible: false); return 0; });
        list.ShouldBe([7, 1, -2]);
        var longs = new List<long>();
        Read("020000000000000102", (ref MessageReader reader) => { reader.ReadInt64s(longs, flexible: true); return 0; });
        longs.ShouldBe([0x102]);
        var shorts = new List<short>();
        Read("0301020304", (ref MessageReader reader) => { reader.ReadInt16s(shorts, flexible: true); return 0; });
        shorts.ShouldBe([(short)0x102, (short)0x304]);
        var bytes = new List<sbyte>();
        Read("0301ff", (ref MessageReader reader) => { reader.ReadInt8s(bytes, flexible: true); return 0; });
        bytes.ShouldBe([(sbyte)1, (sbyte)-1]);
    }

    [Theory]
    [InlineData("020100000101aa", WireFormatReason.TagOrder)]
    [InlineData("020100010000", WireFormatReason.TagOrder)]
    [InlineData("020000000000", WireFormatReason.TagOrder)]
    [InlineData("010005aa", WireFormatReason.Truncated)]
    [InlineData("0500", WireFormatReason.CountTooLarge)]
    [InlineData("ffffffff0f00", WireFormatReason.CountTooLarge)]
    public void Tagged_sections_that_cannot_be_are_refused(string hex, WireFormatReason reason)
    {
        Refusal(hex, (ref MessageReader reader) => { reader.SkipTags(); return 0; }).ShouldBe(reason);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01070361aabb")]
    [InlineData("0200000700")]
    [InlineData("02ffffff7f00ffffffff0f00")]
    public void Unknown_tagged_fields_are_skipped(string hex)
    {
        Read(hex, (ref MessageReader reader) => { reader.SkipTags(); return reader.Remaining; }).ShouldBe(0);
    }

    [Fact]
    public void A_tagged_field_is_read_within_its_size()
    {
        // Two bytes of size, but an int32 inside; the bytes after it belong to someone else.
        Refusal("01000200000001", (ref MessageReader reader) =>
        {
            reader.ReadTagCount();
            reader.BeginTag(default);
            return reader.ReadInt32();
        }).ShouldBe(WireFormatReason.Truncated);
    }

    [Fact]
    public void A_tagged_field_must_be_read_to_its_end()
    {
        Refusal("01000300000001", (ref MessageReader reader) =>
        {
            reader.ReadTagCount();
            TaggedField field = reader.BeginTag(default);
            short value = reader.ReadInt16();
            reader.EndTag(field);
            return value;
        }).ShouldBe(WireFormatReason.TagSize);
    }

    private static T Read<T>(string hex, ReadValue<T> read)
    {
        var reader = new MessageReader(Convert.FromHexString(hex));
        return read(ref reader);
    }

    private static WireFormatReason Refusal<T>(string hex, ReadValue<T> read) => Should.Throw<WireFormatException>(() => Read(hex, read)).Reason;
}
