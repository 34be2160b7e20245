using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Http.Tests.H1;

/// <summary>What rules read and edit.</summary>
public sealed class EditTests
{
    private const string Text = "GET /a?b=c HTTP/1.1\r\nHost: a\r\n"
        + "X-L: 1, \"2,3\" ,4\r\nCookie: c\r\nx-l:5\r\nY: z\r\n\r\n";

    [Theory]
    [InlineData("x-l", 1, "1", "1, \"2,3\" ,4")]
    [InlineData("X-L", 2, "\"2,3\"", "5")]
    [InlineData("x-l", 4, "5", null)]
    [InlineData("x-l", 5, null, null)]
    [InlineData("x-l", 0, null, null)]
    [InlineData("x-l", -1, "5", "5")]
    [InlineData("x-l", -2, "4", "1, \"2,3\" ,4")]
    [InlineData("x-l", -5, null, null)]
    [InlineData("cookie", 1, "c", "c")]
    [InlineData("none", 1, null, null)]
    public void Occurrence_Read_IsMemberOrField(string name, int occurrence, string? member, string? field)
    {
        HeadView view = View(out _);

        bool hasMember = view.TryValue(Parsed.Bytes(name), occurrence, out ReadOnlySpan<byte> value);
        Assert.Equal(member, hasMember ? Parsed.Text(value) : null);
        bool hasField = view.TryField(Parsed.Bytes(name), occurrence, out value);
        Assert.Equal(field, hasField ? Parsed.Text(value) : null);
    }

    [Theory]
    [InlineData("a,,b", "a||b")]
    [InlineData("", "")]
    [InlineData(" , ", "|")]
    [InlineData("\"a\\\",b\",c", "\"a\\\",b\"|c")]
    [InlineData("\"open, b", "\"open, b")]
    public void List_Members_KeepQuotesAndEmptyOnes(string value, string members)
    {
        var found = new List<string>();
        foreach (ReadOnlySpan<byte> member in new ValueList(Parsed.Bytes(value)))
        {
            found.Add(Parsed.Text(member));
        }
        Assert.Equal(members, string.Join('|', found));
    }

    [Fact]
    public void Edits_Read_AreSeen()
    {
        HeadView view = View(out H1Head head);

        Assert.Equal(EditResult.Done, view.Add("X-L"u8, " 6 "u8));
        Assert.Equal("6", Value(view, "x-l", -1));
        Assert.Equal(5, view.CountValues("x-l"u8));
        Assert.Equal(EditResult.Done, view.Set("X-L"u8, "7,8"u8));
        Assert.Equal(1, view.CountFields("x-l"u8));
        Assert.Equal("8", Value(view, "x-l", 2));
        int at = view.Find("x-l"u8);
        Assert.Equal(EditResult.Done, view.ReplaceInValue(at, 0, 1, "seven"u8));
        Assert.Equal("seven,8", Parsed.Text(view.ValueAt(at)));
        Assert.Equal(EditResult.Done, view.SetValueAt(view.Find("y"u8), "zz"u8));
        Assert.Equal(1, view.Remove("cookie"u8));
        Assert.Equal(0, view.Remove("cookie"u8));
        Assert.Equal(-1, view.Find(KnownHeader.Cookie));
        Assert.Equal("GET /a?b=c HTTP/1.1\r\nhost: a\r\ny: zz\r\nx-l: seven,8\r\n\r\n", Written(view));
        head.Reset();
        Assert.Equal(0, head.Headers.AddedBytes);
    }

    [Fact]
    public void Edits_Many_KeepTheirTextsWhenTheRoomGrows()
    {
        HeadView view = View(out H1Head head);
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(EditResult.Done, view.Add(Parsed.Bytes($"N{i}"), Parsed.Bytes(new string('v', i * 5))));
            Assert.Equal(EditResult.Done, view.ReplaceInValue(view.Find("y"u8), 0, 0, "+"u8));
        }
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(new string('v', i * 5), Value(view, $"n{i}", 1));
        }
        Assert.Equal(new string('+', 60) + "z", Value(view, "y", 1));
        Assert.True(head.Headers.AddedBytes > 8000);
    }

    [Theory]
    [InlineData("/n?m", "/n?m?b=c")]
    [InlineData("/n", "/n?b=c")]
    public void Path_Set_KeepsTheQuery(string path, string target)
    {
        HeadView view = View(out _);

        Assert.Equal(EditResult.Done, view.SetPath(Parsed.Bytes(path)));
        Assert.Equal(target, Parsed.Text(view.Target));
        Assert.Equal(EditResult.Done, view.SetQuery("q"u8));
        Assert.Equal("q", Parsed.Text(view.Query));
        Assert.Equal(EditResult.Done, view.SetQuery(""u8));
        Assert.Equal("/n", Parsed.Text(view.Target));
        Assert.Equal(EditResult.Done, view.SetPathAndQuery("/x?y"u8));
        Assert.Equal(("/x", "y"), (Parsed.Text(view.Path), Parsed.Text(view.Query)));
        Assert.Equal(EditResult.Done, view.SetTarget("http://h/u"u8));
        Assert.Equal(("h", TargetForm.Absolute), (Parsed.Text(view.Authority), view.Head.Form));
        Assert.Equal(EditResult.Done, view.SetPath("/w"u8));
        Assert.Equal("http://h/w", Parsed.Text(view.Target));
        Assert.Equal(EditResult.Done, view.SetMethod("HEAD"u8));
        Assert.Equal(RequestMethod.Head, view.Head.Method);
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u001bb")]
    [InlineData("a\u007fb")]
    public void Control_InAnyEdit_IsRefusedAndNothingChanges(string evil)
    {
        byte[] text = Parsed.Bytes(evil);
        HeadView view = View(out _);
        string before = Written(view);

        Assert.Equal(EditResult.BadValue, view.Add("x"u8, text));
        Assert.Equal(EditResult.BadName, view.Add(text, "x"u8));
        Assert.Equal(EditResult.BadValue, view.Set("y"u8, text));
        Assert.Equal(EditResult.BadValue, view.SetValueAt(0, text));
        Assert.Equal(EditResult.BadValue, view.ReplaceInValue(0, 0, 1, text));
        Assert.Equal(EditResult.BadValue, view.SetMethod(text));
        Assert.Equal(EditResult.BadValue, view.SetTarget(text));
        Assert.Equal(EditResult.BadValue, view.SetPath([(byte)'/', .. text]));
        Assert.Equal(EditResult.BadValue, view.SetPathAndQuery([(byte)'/', .. text]));
        Assert.Equal(EditResult.BadValue, view.SetQuery(text));
        Assert.Equal(before, Written(view));

        const string Answer = "HTTP/1.1 200 OK\r\n\r\n";
        (H1Head response, _) = Parsed.Response(Answer);
        Assert.Equal(EditResult.BadValue, response.On(Parsed.Bytes(Answer)).SetStatus(200, text));
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("/a#b")]
    [InlineData("/\u00e9")]
    public void Target_ThatCannotBeSent_IsRefused(string target)
    {
        HeadView view = View(out _);

        Assert.Equal(EditResult.BadValue, view.SetTarget(Parsed.Bytes(target)));
        Assert.Equal("/a?b=c", Parsed.Text(view.Target));
        Assert.Equal("/a", Parsed.Text(view.Path));
        Assert.Equal(EditResult.BadValue, view.SetPath(Parsed.Bytes(target)));
        Assert.Equal(EditResult.BadValue, view.SetMethod("CONNECT"u8));
        Assert.Equal(EditResult.BadValue, view.SetTarget("*"u8));
        Assert.Equal(EditResult.Done, view.SetMethod("OPTIONS"u8));
        Assert.Equal(EditResult.Done, view.SetTarget("*"u8));
        Assert.Equal(EditResult.BadValue, view.SetMethod("GET"u8));
    }

    [Fact]
    public void Framing_Edited_StaysAsItWasUnderstood()
    {
        const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
        (H1Head head, _) = Parsed.Request(Post);
        HeadView view = head.On(Parsed.Bytes(Post));

        view.Set("Content-Length"u8, "6"u8);
        view.Add("Transfer-Encoding"u8, "chunked"u8);
        view.Add("Connection"u8, "upgrade"u8);

        Assert.Equal("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n", Written(view));
        view.Remove("content-length"u8);
        view.Remove("transfer-encoding"u8);
        Assert.Equal("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n", Written(view));
    }

    [Fact]
    public void Room_UsedUp_RefusesTheEdit()
    {
        var head = new H1Head(new(EditFieldsMax: 1, HeadersMax: 5, EditBytesMax: 20));
        byte[] bytes = Parsed.Bytes(Text);
        Assert.Equal(H1Outcome.Done, H1Parser.ParseRequest(bytes, head).Outcome);
        HeadView view = head.On(bytes);

        Assert.Equal(EditResult.NoRoom, view.Add("name"u8, "12345678901234567"u8));
        Assert.Equal(EditResult.Done, view.Add("a"u8, "b"u8));
        Assert.Equal(EditResult.NoRoom, view.Add("c"u8, "d"u8));
    }

    [Fact]
    public void Names_Known_AreFoundWhateverTheirCase()
    {
        for (int id = 1; id < KnownHeaders.Count; id++)
        {
            byte[] name = KnownHeaders.NameOf((KnownHeader)id).ToArray();
            string text = Parsed.Text(name);

            Assert.Equal((KnownHeader)id, KnownHeaders.Find(name));
            Assert.Equal((KnownHeader)id, KnownHeaders.Find(Parsed.Bytes(text.ToUpperInvariant())));
            Assert.Equal(
                ((KnownHeader)id).ToString(), text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(KnownHeader.Other, KnownHeaders.Find(Parsed.Bytes(text + "x")));
        }
        Assert.Equal(Enum.GetValues<KnownHeader>().Length, KnownHeaders.Count);
        Assert.InRange(KnownHeaders.Count, 2, 64);
    }

    private static HeadView View(out H1Head head)
    {
        (head, H1Result result) = Parsed.Request(Text);
        Assert.Equal(H1Outcome.Done, result.Outcome);
        return head.On(Parsed.Bytes(Text));
    }

    private static string Value(HeadView view, string name, int occurrence)
        => view.TryValue(Parsed.Bytes(name), occurrence, out ReadOnlySpan<byte> value) ? Parsed.Text(value) : "none";

    private static string Written(HeadView view)
    {
        byte[] output = new byte[20000];
        var options = new WriteOptions
        {
            LowerCaseNames = true, Version = H1Version.Http11, Body = view.Head.Announced,
        };
        Assert.True(HeadWriter.TryWriteRequest(view, options, output, out int length));
        return Parsed.Text(output.AsSpan(0, length));
    }
}
