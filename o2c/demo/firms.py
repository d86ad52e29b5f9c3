"""The customers of the demo as tables; every firm is made up.

name | street | postcode | city | temper | orders a month | size | terms | what else is known
"""

# ruff: noqa: E501 - tables

GERMAN = """
Stadtwerke Elbtal AöR | Am Wasserwerk 3 | 01139 | Dresden | public | 0.75 | 1.6 | N30 | leitweg=14612000-ELBTAL01 | ship=Heizwerk Nord, Löbtauer Weg 41, 01159, Dresden | note=Rechnungen nur als XRechnung mit Leitweg-ID. Zahlt in Sammelläufen am 1. und 15. | needs=po
Hafen Kälte & Klima GmbH | Veddeler Damm 14 | 20457 | Hamburg | early | 0.70 | 1.0 | S14 | note=Nutzt jedes Skonto. Abholung nach Absprache mit dem Lager. | billing=month
Brauhaus Weserbräu KG | Langenstraße 68 | 28195 | Bremen | punctual | 0.50 | 0.8 | N30
Maschinenbau Oberkirch GmbH & Co. KG | Industriestraße 22 | 77704 | Oberkirch | slow | 0.65 | 1.5 | N30 | ship=Werk 2 Tor 4, Renchener Straße 60, 77704, Oberkirch | note=Freigabe durch Einkauf UND Werksleitung, dauert. Frau Lorenz anrufen hilft. | billing=order
Chemiepark Lüneburg Service GmbH | Goseburgstraße 41 | 21339 | Lüneburg | punctual | 0.75 | 1.8 | S14 | billing=week
Rohrleitungsbau Petersen | Deichweg 9 | 25746 | Heide | sloppy | 0.55 | 0.6 | N30 | note=Überweist über die Ehefrau, oft ohne Rechnungsnummer. | billing=advance
Molkerei Illertal eG | Milchstraße 1 | 87435 | Kempten | short | 0.55 | 0.9 | S14 | note=Zieht Skonto auch nach Ablauf der Frist ab.
Anlagentechnik Wuppertal AG | Hünefeldstraße 210 | 42285 | Wuppertal | disputing | 0.65 | 1.3 | N30 | billing=month | together=po_number
Schiffswerft Stralsund i. G. | Werftstraße 5 | 18439 | Stralsund | failing | 0.55 | 1.2 | N30
Haustechnik Yıldız GmbH | Sonnenallee 112 | 12045 | Berlin | growing | 0.70 | 0.8 | N30 | note=Neue Niederlassung in Potsdam seit dem Frühjahr, bestellt immer mehr.
Klinikum Rhein-Neckar gGmbH | Am Klinikring 7 | 68167 | Mannheim | punctual | 0.40 | 0.9 | N30 | ship=Warenannahme Haus 14, Am Klinikring 21, 68167, Mannheim | needs=po
Tuinbouw Westland B.V. | Zwethlaan 40 | 2675 LB | Honselersdijk | early | 0.35 | 1.0 | S14 | country=NL | vat=NL004495445B01
Elbtal Netz GmbH | Am Wasserwerk 5 | 01139 | Dresden | public | 0.40 | 1.0 | N30 | leitweg=14612000-ELBNETZ | parent=Stadtwerke Elbtal AöR
Elbtal Wärme GmbH | Löbtauer Weg 39 | 01159 | Dresden | public | 0.35 | 1.4 | N30 | leitweg=14612000-ELBWARM | parent=Stadtwerke Elbtal AöR
Papierfabrik Hohenstein GmbH | Mühlenweg 1 | 09337 | Hohenstein-Ernstthal | declining | 0.55 | 1.4 | N30 | note=Auftragslage schlecht, Kurzarbeit seit Herbst.
Wasserverband Südheide | Celler Straße 102 | 29614 | Soltau | public | 0.45 | 1.1 | N30 | leitweg=03358021-WVSH0001
Gebäudetechnik Lindemann GmbH & Co. KG | Gutenbergring 18 | 22848 | Norderstedt | punctual | 0.65 | 0.9 | S14 | billing=month
Zuckerwerk Anklam-Land GmbH | Bluthsluster Weg 24 | 17389 | Anklam | seasonal | 0.50 | 1.7 | N30 | note=Kampagne September bis Januar, davor Revision mit Großbestellung.
Kraftwerkservice Lausitz GmbH | An der Halde 7 | 03130 | Spremberg | slow | 0.50 | 1.6 | N30
Rheinische Kunstharz AG | Hafenstraße 90 | 50767 | Köln | early | 0.50 | 1.6 | S14 | billing=week
Heizungsbau Krawczyk | Schulzendorfer Straße 33 | 13503 | Berlin | sloppy | 0.40 | 0.5 | N30
Fleischwerke Ammerland GmbH | Oldenburger Landstraße 61 | 26655 | Westerstede | short | 0.45 | 0.9 | S14
Bäderbetriebe Bergmark gGmbH | Freibadweg 2 | 58119 | Hagen | public | 0.30 | 0.8 | N30 | leitweg=05914000-BBBERG01
Anlagenbau Reuß & Söhne GmbH | Gewerbering 27 | 07973 | Greiz | disputing | 0.40 | 1.2 | N30
Solarthermie Allgäu GmbH | Sonnenhang 6 | 87509 | Immenstadt | growing | 0.45 | 0.9 | N30
Sanitärgroßhandel Ruhrmann KG | Zechenstraße 44 | 44581 | Castrop-Rauxel | punctual | 0.75 | 1.3 | S14 | ship=Lager Süd, Bövinghauser Straße 9, 44388, Dortmund | billing=month | together=ship_to
Werft- und Dockbetrieb Emden GmbH | Nesserlander Straße 80 | 26723 | Emden | slow | 0.40 | 1.5 | R2
Kälte Hartmann Inh. S. Hartmann | Im Gewerbepark 11 | 35398 | Gießen | punctual | 0.35 | 0.5 | N30
Biogas Uckermark GmbH | Dorfstraße 70 | 17291 | Prenzlau | recovering | 0.40 | 1.0 | N30 | note=Zahlungsplan 2025 eingehalten, seither besser.
Textilveredlung Vogtland GmbH | Elsteraue 15 | 08523 | Plauen | failing | 0.45 | 1.0 | N30
Technische Dienste Hochschule Hasetal | Campusring 3 | 49090 | Osnabrück | public | 0.30 | 0.7 | N30 | leitweg=03404000-TDHHT001
Pharma Montan GmbH | Laborweg 12 | 66123 | Saarbrücken | early | 0.40 | 1.2 | S14 | billing=month
Stahlhandel Brenner & Co. | Kaistraße 140 | 68159 | Mannheim | sleeping | 0.60 | 1.0 | N30 | note=Rahmenvertrag an Wettbewerber verloren, Rückgewinnung im nächsten Jahr.
Thermalquellen Bad Sulzfeld GmbH | Kurpromenade 1 | 97633 | Bad Sulzfeld | punctual | 0.25 | 0.7 | N30
Lebensmitteltechnik Wendland GmbH | Tarmitzer Straße 9 | 29439 | Lüchow | disputing | 0.35 | 0.8 | N30
Gärtnerei Blumenthal OHG | Am Treibhaus 4 | 47638 | Straelen | seasonal | 0.30 | 0.6 | N30
Industriewartung Pohl GmbH | Siemensring 55 | 47877 | Willich | new | 0.55 | 1.0 | N30 | note=Neukunde, Auskunft liegt vor (Bonität gut).
Halbleiterwerk Dresden-Klotzsche GmbH | Am Airpark 20 | 01109 | Dresden | new | 0.70 | 1.7 | S14 | note=Neukunde nach der Messe, großes Potenzial. | billing=order
Rohrtechnik Österreicher GmbH | Linzer Bundesstraße 61 | 5023 | Salzburg | punctual | 0.35 | 0.9 | N30 | country=AT | vat=ATU13585627
Ventilservice Jutland ApS | Havnegade 18 | 6700 | Esbjerg | early | 0.30 | 0.9 | S14 | country=DK | vat=DK13585628
Hydraulik Steinbach GmbH | Talstraße 88 | 36448 | Bad Liebenstein | slow | 0.35 | 0.8 | N30
Energiegenossenschaft Rhönwind eG | Hauptstraße 17 | 36129 | Gersfeld | punctual | 0.25 | 0.9 | N30
Kaffeerösterei Speicherstadt GmbH | Brooktorkai 9 | 20457 | Hamburg | sloppy | 0.25 | 0.5 | N30
Baubetreuung Falkensee GmbH | Spandauer Straße 130 | 14612 | Falkensee | failing | 0.35 | 0.7 | N30
"""

SWEDISH = """
Göteborgs Kommunvärme AB | Rantorget 4 | 416 64 | Göteborg | public | 0.75 | 1.5 | N30 | reference=Ref 4410 Fjärrvärme | ship=Panncentral Gårda, Gårdavägen 12, 412 50, Göteborg | note=Offentlig kund: referens måste anges på fakturan. | needs=po
Skärgårdens Varv AB | Varvsgatan 18 | 442 67 | Marstrand | slow | 0.60 | 1.2 | N30 | billing=order
Bryggeri Kärnan AB | Bruksgatan 23 | 252 23 | Helsingborg | short | 0.55 | 0.8 | S14 | note=Drar av kassarabatt även efter förfallodag.
Värme & Sanitet i Umeå HB | Västra Norrlandsgatan 10 | 903 27 | Umeå | sloppy | 0.50 | 0.6 | N30
Mejeriet Dalsland ek. för. | Mejerivägen 2 | 662 31 | Åmål | early | 0.60 | 1.0 | S14 | billing=month
Pumpcentralen Örebro AB | Boställsvägen 7 | 702 27 | Örebro | disputing | 0.60 | 1.3 | N30 | billing=month | together=po_number
Fiskhamnens Kyla AB | Fiskhamnsgatan 8 | 414 58 | Göteborg | growing | 0.65 | 0.9 | N30 | note=Bygger ny frysanläggning i Lysekil. | billing=week
Norrlands Rörteknik AB | Kolugnsvägen 3 | 854 60 | Sundsvall | failing | 0.55 | 1.0 | N30
Region Bohus Fastigheter | Lasarettsgatan 14 | 451 40 | Uddevalla | public | 0.50 | 1.2 | N30 | reference=RB-7731 Teknik | needs=po
Vänerpapper Bruk AB | Bruksvägen 1 | 661 32 | Säffle | declining | 0.60 | 1.5 | N30 | note=Neddragningar aviserade, följ noga.
Mälarens VVS-montage AB | Kopparbergsvägen 40 | 722 13 | Västerås | punctual | 0.65 | 0.9 | S14 | ship=Lager Hälla, Hällagatan 5, 723 35, Västerås | billing=month
Kirunavara Processteknik AB | Malmvägen 6 | 981 38 | Kiruna | punctual | 0.55 | 1.7 | N30 | billing=week
Sundets Kylteknik AB | Hamntorget 11 | 211 20 | Malmö | early | 0.50 | 0.8 | S14
Trollhätte Turbinservice AB | Åkerssjövägen 19 | 461 55 | Trollhättan | slow | 0.45 | 1.4 | N30
Östgöta Biogas AB | Gärstadsvägen 20 | 582 75 | Linköping | recovering | 0.45 | 1.0 | N30
Småländska Träindustri AB | Sågvägen 8 | 360 42 | Braås | punctual | 0.40 | 0.9 | N30
Halmstads Badhus AB | Simvägen 2 | 302 39 | Halmstad | public | 0.30 | 0.7 | N30 | reference=HB 118
Rörbolaget i Borlunda AB | Tunavägen 61 | 784 40 | Borlänge | disputing | 0.45 | 0.9 | N30
Skånska Konservfabriken AB | Fabriksgatan 3 | 281 33 | Hässleholm | seasonal | 0.45 | 1.2 | N30 | note=Högsäsong juli–oktober.
Gävle Hamn & Depå AB | Fredriksskans 4 | 806 47 | Gävle | slow | 0.40 | 1.3 | R2
Karlstads Lasarett Teknik | Rosenborgsgatan 9 | 652 30 | Karlstad | public | 0.35 | 0.9 | N30 | reference=KLT 5520
Luleå Stålverk Service AB | Svartövägen 12 | 974 37 | Luleå | punctual | 0.55 | 1.8 | N30 | ship=Port 3 Koksverket, Svartövägen 30, 974 37, Luleå | billing=month | together=ship_to
Gotlands Kalkbruk AB | Kalkvägen 15 | 624 48 | Slite | early | 0.35 | 1.0 | S14
Vimmerby Mejeriteknik AB | Storgatan 70 | 598 37 | Vimmerby | short | 0.40 | 0.7 | S14
Jönköpings Värmepumpar HB | Ekhagsringen 17 | 554 56 | Jönköping | sloppy | 0.40 | 0.5 | N30 | billing=advance
Solna Fastighetsdrift AB | Råsundavägen 100 | 169 57 | Solna | growing | 0.50 | 0.9 | N30
Bergslagens Gjuteri AB | Hyttgatan 5 | 712 30 | Hällefors | failing | 0.40 | 1.0 | N30
Ystads Fiskberedning AB | Kajgatan 2 | 271 41 | Ystad | punctual | 0.30 | 0.6 | N30
Umeälvens Kraftservice AB | Älvvägen 33 | 913 31 | Holmsund | punctual | 0.40 | 1.4 | S14
Kalmar Läkemedel Process AB | Norra vägen 49 | 392 35 | Kalmar | early | 0.45 | 1.3 | S14
Arboga Hydraulik AB | Kapellgatan 21 | 732 45 | Arboga | sleeping | 0.55 | 0.9 | N30 | note=Ramavtal uppsagt, ny upphandling till våren.
Batteriverket Skellefteå Norr AB | Energivägen 1 | 931 87 | Skellefteå | new | 0.70 | 1.7 | N30 | note=Ny kund, kreditupplysning finns.
Malungs Pellets AB | Industrigatan 13 | 782 31 | Malung | new | 0.45 | 0.8 | S14
Fjordservice Drift AS | Strandgata 27 | 1606 | Fredrikstad | punctual | 0.35 | 0.9 | N30 | country=NO
Turun Putkiasennus Oy | Linnankatu 88 | 20100 | Åbo | early | 0.30 | 0.8 | S14 | country=FI | vat=FI20774740
Dala Trädgårdar AB | Växthusvägen 4 | 791 45 | Falun | seasonal | 0.30 | 0.5 | N30
"""
