using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;

namespace Holdfast.Config.Tests.Keepalived;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("auth_pass topsecret99")] // too long
    [InlineData("auth_pas topsecret")] // misspelt
    [InlineData("auth_pass topsecret extra-topsecret")]
    [InlineData("auth_pass \"topsecret\" nopreempt {")]
    public void Findings_AboutAPassword_DoNotShowIt(string line)
    {
        KeepalivedParseResult result = Sample.Parse(Sample.Instance(
            $"authentication {{\n auth_type PASS\n {line}\n }}"));
        Assert.NotEmpty(result.Diagnostics);
        string text = new TextRenderer(result.Texts, colour: false).Render(result.Diagnostics);
        Assert.DoesNotContain("topsecret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", JsonRenderer.Render(result.Diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_AboutTheDefinitionOfAPassword_DoNotShowIt()
    {
        KeepalivedParseResult result = Sample.Parse("$SECRET=topsecret99\n" + Sample.Instance(
            "authentication {\n auth_type PASS\n auth_pass $SECRET\n }"));
        Assert.NotEmpty(Sample.Errors(result));
        string text = new TextRenderer(result.Texts, colour: false).Render(result.Diagnostics);
        Assert.DoesNotContain("topsecret", text, StringComparison.Ordinal);
        Assert.Contains("^", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_AboutAKey_DoNotShowIt()
    {
        KeepalivedParseResult result = Sample.Parse(Sample.Instance(
            "auth_hmac {\n key 1 topsecret-topsecret-topsecret\n bogus\n }"));
        string text = new TextRenderer(result.Texts, colour: false).Render(result.Diagnostics)
            + JsonRenderer.Render(result.Diagnostics);
        Assert.DoesNotContain("topsecret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Excerpts_OfOtherLines_AreWhole()
    {
        KeepalivedParseResult result = Sample.Parse(Sample.Instance("prioritty 100"));
        string text = new TextRenderer(result.Texts, colour: false).Render(result.Diagnostics);
        Assert.Contains("prioritty 100", text, StringComparison.Ordinal);
    }
}
