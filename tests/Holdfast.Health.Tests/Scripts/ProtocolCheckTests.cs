using Holdfast.Health.Scripts;
using Holdfast.Health.Scripts.Protocols;

namespace Holdfast.Health.Tests.Scripts;

/// <summary>Checks of protocols. Bytes, verdicts and texts are those of haproxy 2.6.12 with the same peer.</summary>
public sealed class ProtocolCheckTests
{
    private const string MySqlGreeting
        = "\x4a\0\0\0\n8.0.1\0\x01\0\0\0abcdefgh\0\xff\xf7\x08\x02\0\xff\x81\x15\0\0\0\0\0\0\0\0\0\0"
            + "ijklmnopqrst\0caching_sha2_password\0\0";

    private static readonly string s_greeting = Packet(0, MySqlGreeting[4..]);
    private static readonly string s_refusal = "\xff\x15\x04#28000Access denied for user";

    public static TheoryData<string, CheckScript, string[], string> Good => new()
    {
        { "mysql", MySqlCheck.Build(null, false), [">" + s_greeting], "^ L7OK 0 8.0.1" },
        {
            "mysql user", MySqlCheck.Build("bob"u8.ToArray(), false),
            [">" + s_greeting, ">" + Packet(2, "\0\0\0\x02\0\0\0")],
            "^%\0\0\x01\0\x82\0\0\0\x80\0\x01!" + new string('\0', 23) + "bob\0\0\x01\0\0\0\x01 L7OK 0 8.0.1"
        },
        {
            "mysql pre-41", MySqlCheck.Build("bob"u8.ToArray(), true),
            [">" + s_greeting, ">" + Packet(2, "\0\0\0\x02\0\0\0")],
            "^\n\0\0\x01\0\x80\0\0\u0001bob\0\0\x01\0\0\0\x01 L7OK 0 8.0.1"
        },
        {
            "mysql switch", MySqlCheck.Build("bob"u8.ToArray(), true),
            [">" + s_greeting, ">" + Packet(2, "\xfemysql_native_password\0")],
            "^\n\0\0\x01\0\x80\0\0\u0001bob\0\0\x01\0\0\0\x01 L7OK 0 8.0.1"
        },
        {
            "pgsql md5", PostgresCheck.Build("bob"u8.ToArray()), [">R\0\0\0\x0c\0\0\0\x05" + "abcd"],
            "^\0\0\0\x12\0\x03\0\0user\0bob\0\0 L7OK 0 PostgreSQL server is ok"
        },
        {
            "pgsql sasl", PostgresCheck.Build("b"u8.ToArray()), [">R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"],
            "^\0\0\0\x10\0\x03\0\0user\0b\0\0 L7OK 0 PostgreSQL server is ok"
        },
        { "redis", RedisCheck.Script, [">+PONG\r\n"], "^*1\r\n$4\r\nPING\r\n L7OK 0 Redis server is ok" },
        {
            "smtp", SmtpCheck.Build("EHLO a.b"u8.ToArray()),
            [">220 mail\r\n", ">250-mail\r\n250-SIZE\r\n250 OK\r\n", ">221 bye\r\n"],
            "^EHLO a.b\r\nQUIT\r\n L7OK 221 bye"
        },
        {
            "ldap", LdapCheck.Script, [">0\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"],
            "^0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0 L7OK 0 Success"
        },
        {
            "ldap long lengths", LdapCheck.Script,
            [">0\x84\0\0\0\x10\x02\x01\x01\x61\x84\0\0\0\x07\x0a\x01\0\x04\0\x04\0"],
            "^0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0 L7OK 0 Success"
        },
        {
            "spop", SpopCheck.Build(16_384),
            [">" + Spop("\x07version\x08\x03" + "2.0", Size)], SpopHello("L7OK 0 SPOA server is ok")
        },
    };

    public static TheoryData<string, CheckScript, string[], string> Bad => new()
    {
        {
            "mysql refused", MySqlCheck.Build(null, false), [">" + Packet(0, s_refusal)],
            "^ L7STS 1045 #28000Access denied for user"
        },
        { "mysql cut off", MySqlCheck.Build(null, false), [">\x4a\0\0", "E"], "^ L7RSP" },
        {
            "mysql ended", MySqlCheck.Build(null, false), ["E"], "^ L7RSP TCPCHK got an empty response at step 2"
        },
        { "mysql no packet", MySqlCheck.Build(null, false), [">hello world, this is no mysql"], "^ L7TOUT" },
        {
            "pgsql error", PostgresCheck.Build("b"u8.ToArray()), [">E\0\0\0\x20SFATAL\0C28000\0\0"],
            "^\0\0\0\x10\0\x03\0\0user\0b\0\0 L7RSP FATAL"
        },
        {
            "pgsql junk", PostgresCheck.Build("b"u8.ToArray()), [">hello world"],
            "^\0\0\0\x10\0\x03\0\0user\0b\0\0 L7STS 0 PostgreSQL unknown error"
        },
        {
            "pgsql ended", PostgresCheck.Build("b"u8.ToArray()), ["E"],
            "^\0\0\0\x10\0\x03\0\0user\0b\0\0 L7RSP TCPCHK got an empty response at step 3"
        },
        { "redis error", RedisCheck.Script, [">-NOAUTH\r\n"], "^*1\r\n$4\r\nPING\r\n L7TOUT" },
        { "redis cut off", RedisCheck.Script, [">+P", "E"], "^*1\r\n$4\r\nPING\r\n L7STS 0 +P" },
        {
            "redis ended", RedisCheck.Script, ["E"],
            "^*1\r\n$4\r\nPING\r\n L7STS 0 TCPCHK got an empty response at step 2"
        },
        { "smtp 554", Smtp(), [">554 no service\r\n"], "^ L7STS 554 no service" },
        { "smtp junk", Smtp(), [">hello\r\n"], "^ L7RSP hello" },
        { "smtp two lines", Smtp(), [">220-a\r\n220 b\r\n"], "^ L7RSP 220-a" },
        { "smtp cut off", Smtp(), [">22", "E"], "^ L7RSP 22" },
        { "smtp 450", Smtp(), [">220 x\r\n", ">450 later\r\n", "T"], "^HELO localhost\r\n L7TOUT" },
        { "smtp 450 end", Smtp(), [">220 x\r\n", ">450 later\r\n", "E"], "^HELO localhost\r\n L7STS 450 later" },
        {
            "smtp quit", Smtp(), [">220 x\r\n", ">250 x\r\n", "E"],
            "^HELO localhost\r\nQUIT\r\n L7STS 0 TCPCHK got an empty response at step 7"
        },
        {
            "ldap refused", LdapCheck.Script, [">0\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\0\x04\0"],
            "^0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0 L7STS 49 "
                + "See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9"
        },
        {
            "ldap junk", LdapCheck.Script, [">hello, this is not ldap"],
            "^0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0 L7RSP Not LDAPv3 protocol"
        },
        {
            "ldap cut off", LdapCheck.Script, [">0\x0c", "E"], "^0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0 L7RSP"
        },
        {
            "spop version", SpopCheck.Build(16_384),
            [">" + Spop("\x07version\x08\x03" + "1.0", Size)], SpopHello("L7RSP unsupported version")
        },
        { "spop none", SpopCheck.Build(16_384), [">" + Spop(Size)], SpopHello("L7RSP version value not found") },
        {
            "spop size", SpopCheck.Build(16_384),
            [">" + Spop("\x07version\x08\x03" + "2.0")], SpopHello("L7RSP max-frame-size value not found")
        },
        { "spop junk", SpopCheck.Build(16_384), [">\0\0\0\x08hello wo"], SpopHello("L7RSP invalid frame received") },
        { "spop cut off", SpopCheck.Build(16_384), [">\0\0\0\x20", "E"], SpopHello("L7RSP invalid frame received") },
        { "refused", RedisCheck.Script, ["X"], "^ L4CON Connection refused" },
        { "not connected", RedisCheck.Script, ["W"], "^ L4TOUT" },
        { "reset", RedisCheck.Script, ["R"], "^*1\r\n$4\r\nPING\r\n SOCKERR Connection reset by peer" },
    };

    private static string Size => "\x0emax-frame-size\x03\xfc\xf0\x06";

    [Theory]
    [MemberData(nameof(Good))]
    public void GoodAnswer_WholeOrInSingleBytes_Passes(
        string name, CheckScript script, string[] events, string expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, ScriptDriver.Run(script, events));
        Assert.Equal(expected, ScriptDriver.RunInBytes(script, events));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadAnswer_FailsAsTheOriginalSays(string name, CheckScript script, string[] events, string expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, ScriptDriver.Run(script, events));
    }

    [Theory]
    [InlineData(">\x16\x03\x01\0\x4a\x02", "L6OK")]
    [InlineData(">\x15\x03\0\0\x02\x02\x28", "L6OK")]
    [InlineData(">HTTP/1.0 400 bad", "L6RSP")]
    [InlineData("T", "L6TOUT")]
    [InlineData("E", "L6RSP TCPCHK got an empty response at step 2")]
    public void TlsHello_Answer_IsJudgedByItsFirstByte(string answer, string expected)
    {
        var session = new CheckSession(16_384) { WallClockSeconds = 0x6B047A22 };

        string result = ScriptDriver.Run(TlsHelloCheck.Script, session, answer);

        string hello = result[1..127];
        Assert.StartsWith("\x16\x03\0\0y\x01\0\0u\x03\0k\x04z\"HAPROXYSSLCHK\nHAPROXYSSLCHK\n\0\0N\0\x01", hello,
            StringComparison.Ordinal);
        Assert.EndsWith("\0\x1a\0\x1b\0/\00\01\02\03\04\05\06\07\08\09\0:\x01\0", hello,
            StringComparison.Ordinal);
        Assert.Equal(expected, result[128..]);
    }

    [Theory]
    [InlineData("up\n", "L7OK 0 via agent : up")]
    [InlineData("down # going home\r\n", "L7STS 0 via agent : down (going home)")]
    [InlineData("stopped 50%\n", "L7STS 0 via agent : stopped")]
    [InlineData("75% maxconn:7\n", "CHECKED")]
    [InlineData("what\n", "CHECKED")]
    public void Agent_Line_SaysTheState(string line, string expected)
    {
        CheckScript script = AgentCheck.Build("hello\n"u8.ToArray(), new ConnectStep(0));

        Assert.Equal("^hello\n " + expected, ScriptDriver.Run(script, ">" + line));
        Assert.Equal("^hello\n " + expected, ScriptDriver.RunInBytes(script, ">" + line));
        Assert.Equal("^hello\n L7TOUT", ScriptDriver.Run(script, ">" + line.TrimEnd(), "E"));
    }

    private static CheckScript Smtp() => SmtpCheck.Build("HELO localhost"u8.ToArray());

    private static string Packet(int sequence, string body)
        => $"{(char)body.Length}\0\0{(char)sequence}{body}";

    private static string Spop(params string[] values)
    {
        string body = "\x65\0\0\0\x01\0\0" + string.Concat(values);
        return $"\0\0\0{(char)body.Length}{body}";
    }

    private static string SpopHello(string result)
        => "^\0\0\0N\x01\0\0\0\x01\0\0\x12supported-versions\x08\x03" + "2.0\x0emax-frame-size\x03\xfc\xf0\x06"
            + "\x0c" + "capabilities\x08\0\x0bhealthcheck\x11 " + result;
}
