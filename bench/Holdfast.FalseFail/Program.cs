using System.Globalization;
using System.Text.Json;
using Holdfast.FalseFail;
using Holdfast.Lab;
using Holdfast.Linux;

FalseFailOptions options;
try
{
    options = FalseFailOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(FalseFailOptions.Usage);
    return 2;
}
if (Lab.Obstacle is { } obstacle)
{
    Console.Error.WriteLine(obstacle);
    return 1;
}
List<CaseTotals> totals = [.. FalseFailCase.All.SelectMany(which => (CaseTotals[])
[
    new(which, "keepalived", options.Keepalived), new(which, "Holdfast", options.Holdfast),
])];
int failures = 0;
for (int round = 0; round < options.Rounds; round++)
{
    // In turns, and not always the same one first: what else happens on the machine hits both alike.
    foreach (CaseTotals[] pair in totals.Chunk(2))
    {
        foreach (CaseTotals one in round % 2 == 0 ? pair : [pair[1], pair[0]])
        {
            try
            {
                one.Add(PairRun.Run(one.Case, one.Program, options.Length));
                Console.Error.WriteLine($"round {round + 1} {one.Row(pair[0])}");
            }
            catch (Exception exception) when (exception is LabTimeoutException or LinuxException)
            {
                failures++;
                Console.Error.WriteLine($"round {round + 1} {one.Label}, {one.Case.Title}: {exception.Message}");
            }
        }
    }
}
Console.WriteLine("| Case | Pair | gaps | false takeovers | median ms | p99.9 ms | largest ms | ratio | steal s |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (CaseTotals[] pair in totals.Chunk(2))
{
    Console.WriteLine(pair[0].Row(pair[0]));
    Console.WriteLine(pair[1].Row(pair[0]));
}
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{options.Rounds} rounds of {options.Length.TotalSeconds} s, {failures} failed."));
using FileStream file = File.Create(options.Json);
using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
json.WriteStartArray();
totals.ForEach(one => one.Write(json));
json.WriteEndArray();
return failures == 0 ? 0 : 1;
