using System.Text;
using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Tests.Scripts;

/// <summary>Scripts of <c>tcp-check</c>. Verdicts and texts are those of haproxy 2.6.12 with the same peer.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("+PONG", false, -1, "+PONG\r\n", "L7OK 0 (tcp-check)")]
    [InlineData("+PONG", false, -1, "+P|ONG", "L7OK 0 (tcp-check)")]
    [InlineData("+PANG", false, -1, "+PONG\r\n", "L7TOUT  at step 2 of tcp-check (expect string '+PANG')")]
    [InlineData("+PANG", false, -1, "+PONG\r\n|E", "L7RSP TCPCHK did not match content '+PANG' at step 2")]
    [InlineData("+PANG", false, 0, "+PONG\r\n", "L7RSP TCPCHK did not match content '+PANG' at step 2")]
    [InlineData("+PANG", false, 0, "+P", "L7TOUT  at step 2 of tcp-check (expect string '+PANG')")]
    [InlineData("+PANG", false, 9, "+PONG", "L7TOUT  at step 2 of tcp-check (expect string '+PANG')")]
    [InlineData("+PANG", false, 9, "+PONG|1234", "L7RSP TCPCHK did not match content '+PANG' at step 2")]
    [InlineData("+PONG", true, -1, "+PONG", "L7RSP TCPCHK matched unwanted content '+PONG' at step 2")]
    [InlineData("+PANG", true, -1, "+PONG", "L7TOUT  at step 2 of tcp-check (expect string '+PANG')")]
    [InlineData("+PANG", true, 0, "+PONG", "L7OK 0 (tcp-check)")]
    [InlineData("+PANG", true, -1, "+PONG|E", "L7OK 0 (tcp-check)")]
    [InlineData("x", true, -1, "E", "L7RSP TCPCHK got an empty response at step 2")]
    [InlineData("x", false, -1, "R", "SOCKERR Connection reset by peer at step 2 of tcp-check (expect string 'x')")]
    [InlineData("x", false, -1, "X", "L4CON Connection refused at initial connection step of tcp-check")]
    [InlineData("x", false, -1, "W", "L4TOUT  at initial connection step of tcp-check")]
    public void Expect_Text_IsJudged(string pattern, bool isNegated, int minimum, string answers, string expected)
    {
        CheckScript script = Script(new SendStep(1, Text("PING")), new ExpectStep(2, ExpectKind.Text)
        {
            Pattern = Encoding.Latin1.GetBytes(pattern), IsNegated = isNegated, MinimumReceived = minimum,
        });

        string result = ScriptDriver.Run(script, Events(answers));

        Assert.Equal(expected, result[(result.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }

    [Fact]
    public void Comment_IsReported()
    {
        var expect = new ExpectStep(1, ExpectKind.Text, "is-master") { Pattern = "x"u8.ToArray() };

        Assert.Equal("^ L7RSP TCPCHK did not match content 'x' at step 1 comment: is-master",
            ScriptDriver.Run(Script(expect), ">a", "E"));
        Assert.Equal("^ L7TOUT  at step 1 of tcp-check (expect string 'x') comment: 'is-master'",
            ScriptDriver.Run(Script(expect), ">a"));
        Assert.Equal("^ L7RSP TCPCHK got an empty response at step 1 comment: 'is-master'",
            ScriptDriver.Run(Script(expect), "E"));
    }

    [Fact]
    public void SecondExpect_BeforeAnotherQuestion_SeesTheSameAnswer()
    {
        CheckScript script = Script(Expect(1, "220"), Expect(2, "250"));

        Assert.Equal("^ L7OK 0 (tcp-check)", ScriptDriver.Run(script, ">220 one 250"));
    }

    [Fact]
    public void Question_AfterAnAnswer_ForgetsItButMayQuoteIt()
    {
        CheckScript script = Script(Expect(1, "220"), new SendStep(2, static (session, to, out length) =>
        {
            length = session.Received.Length;
            return session.Received.TryCopyTo(to);
        }), Expect(3, "220"));

        Assert.Equal("^220 a L7TOUT  at step 3 of tcp-check (expect string '220')",
            ScriptDriver.Run(script, ">220 a", ">250 b"));
    }

    [Fact]
    public void OptionsOfExpect_StatusesTextsAndNumbers_AreReported()
    {
        ExpectStep expect = Expect(1, "x") with
        {
            OkStatus = CheckStatus.L6Ok, ErrorStatus = CheckStatus.L7Status, TimeoutStatus = CheckStatus.L4Timeout,
            OnSuccess = Text("good"), OnError = Text("bad"), StatusNumber = static _ => 7, Comment = "c",
        };

        Assert.Equal("^ L6OK good", ScriptDriver.Run(Script(expect), ">x"));
        Assert.Equal("^ L7STS 7 bad comment: c", ScriptDriver.Run(Script(expect), ">a", "E"));
        Assert.Equal("^ L4TOUT  at step 1 of tcp-check (expect string 'x') comment: 'c'",
            ScriptDriver.Run(Script(expect), ">a"));
    }

    [Fact]
    public void Connects_WithoutQuestions_AreLayer4()
    {
        Assert.Equal("^ L4OK", ScriptDriver.Run(CheckScript.Plain));
        Assert.Equal("^^ L4OK (tcp-check)",
            ScriptDriver.Run(new CheckScript(ScriptKind.Tcp, [new ConnectStep(1), new ConnectStep(2)])));
        Assert.Equal("^ L6OK (tcp-check)",
            ScriptDriver.Run(new CheckScript(ScriptKind.Tcp, [new ConnectStep(1) { IsTls = true }])));
        Assert.Equal("^ L4CON Connection refused at step 1 of tcp-check (connect port 9) comment: 'c'",
            ScriptDriver.Run(new CheckScript(ScriptKind.Tcp, [new ConnectStep(1, "c") { Port = 9 }]), "X"));
        Assert.Equal("^ L4CON Connection refused", ScriptDriver.Run(CheckScript.Plain, "X"));
    }

    [Fact]
    public void Question_ThatCannotBeWritten_Fails()
        => Assert.Equal("^ L7RSP tcp-check send : failed to build log-format string at step 1",
            ScriptDriver.Run(Script(new SendStep(1, static (_, _, out length) => (length = 0) > 0))));

    [Fact]
    public void Answer_LargerThanTheBuffer_IsJudgedByWhatFits()
    {
        CheckScript script = Script(Expect(1, "x"));

        Assert.Equal("^ L7RSP TCPCHK did not match content 'x' at step 1",
            ScriptDriver.Run(script, new CheckSession(100), ">" + new string('a', 150) + "x"));
        Assert.Equal("^ L7OK 0 (tcp-check)",
            ScriptDriver.Run(script, new CheckSession(100), ">" + new string('a', 99) + "x"));
    }

    [Fact]
    public void Run_Again_BeginsAnew()
    {
        var session = new CheckSession(1000);
        CheckScript script = Script(Expect(1, "x"));

        Assert.Equal("^ L7RSP TCPCHK did not match content 'x' at step 1",
            ScriptDriver.Run(script, session, ">a", "E"));
        Assert.Equal("^ L7OK 0 (tcp-check)", ScriptDriver.Run(script, session, ">x"));
    }

    [Fact]
    public void Digits_OfBinaryAnswers_AreUpperCase()
    {
        string? seen = null;
        CheckScript script = Script(new ExpectStep(1, ExpectKind.BinaryRegex)
        {
            Regex = subject =>
            {
                seen = Encoding.ASCII.GetString(subject);
                return true;
            },
        });

        Assert.Equal("^ L7OK 0 (tcp-check)", ScriptDriver.Run(script, ">+\0\xfe"));
        Assert.Equal("2B00FE", seen);
    }

    [Theory]
    [InlineData(CheckStatus.L7Status, 500, "Oops", 3,
        ", reason: Layer7 wrong status, code: 500, info: \"Oops\", check duration: 3ms")]
    [InlineData(CheckStatus.L4Ok, 0, "", 0, ", reason: Layer4 check passed, check duration: 0ms")]
    [InlineData(CheckStatus.Analyzed, 0, "x", -1, ", reason: Health analyze, info: \"x\"")]
    public void Reason_IsWrittenAsTheOriginalDoes(
        CheckStatus status, int number, string info, int duration, string expected)
        => Assert.Equal(expected, new CheckResult(status, number, info, duration).Reason());

    [Fact]
    public void Codes_AreFoundByTheirNames()
    {
        foreach (CheckStatus status in Enum.GetValues<CheckStatus>())
        {
            Assert.Equal(status, CheckStatusNames.Find(status.Code()));
        }
        Assert.Null(CheckStatusNames.Find("L8OK"));
    }

    private static CheckScript Script(params ScriptStep[] steps)
        => new(ScriptKind.Tcp, [new ConnectStep(0), .. steps]);

    private static ExpectStep Expect(int number, string text)
        => new(number, ExpectKind.Text) { Pattern = Encoding.Latin1.GetBytes(text) };

    private static CheckText Text(string text) => CheckTexts.Constant(Encoding.Latin1.GetBytes(text));

    private static string[] Events(string answers)
        => [.. answers.Split('|').Select(static a => a is "E" or "R" or "T" or "X" or "W" ? a : ">" + a)];
}
